import { auth } from "@/lib/auth/service";

export function POST(request: Request): Promise<Response> {
  return auth().handler(request);
}
