import { runtime } from "@/lib/server/runtime";

/** Liveness: 200 while the process answers. `?ready`: 503 unless database and gateways are up. */
export async function GET(request: Request): Promise<Response> {
  const health = await runtime().health();
  const asksReady = new URL(request.url).searchParams.has("ready");
  return Response.json(health, { status: asksReady && !health.ready ? 503 : 200 });
}
