import { runtime } from "@/lib/server/runtime";

/** Prometheus text format. Counts only: no label carries a person, a number or a call. */
export async function GET(): Promise<Response> {
  const { contentType, text } = await runtime().metrics();
  return new Response(text, { headers: { "content-type": contentType } });
}
