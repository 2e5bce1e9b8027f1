import { auth } from "@/lib/auth/service";
import { healthFor } from "@/lib/server/health";
import { runtime } from "@/lib/server/runtime";

/**
 * Liveness: 200 while the process answers. `?ready`: 503 unless the database and at least one gateway are up. States are for
 * everybody (a load balancer has no account); what is wrong in words, and figures, only for admins.
 */
export async function GET(request: Request): Promise<Response> {
  const health = await runtime().health();
  const viewer = await auth()
    .viewerFromHeaders(request.headers)
    .catch(() => null);
  const asksReady = new URL(request.url).searchParams.has("ready");
  const status = asksReady && !health.ready ? 503 : 200;
  return Response.json(healthFor({ viewer, health }), { status });
}
