import { isAgent } from "@/lib/auth/ability";
import { auth } from "@/lib/auth/service";
import { runtime } from "@/lib/server/runtime";

/**
 * Liveness: 200 while the process answers. `?ready`: 503 unless the database and at least one gateway are up. States are for
 * everybody (a load balancer has no account); what is wrong in words, and figures, only for those who supervise.
 */
export async function GET(request: Request): Promise<Response> {
  const health = await runtime().health();
  const viewer = await auth()
    .viewerFromHeaders(request.headers)
    .catch(() => null);
  const dependencies = Object.entries(health.dependencies).map(([name, dependency]) => [
    name,
    viewer && !isAgent(viewer) ? dependency : { state: dependency.state },
  ]);
  const asksReady = new URL(request.url).searchParams.has("ready");
  const status = asksReady && !health.ready ? 503 : 200;
  return Response.json({ ...health, dependencies: Object.fromEntries(dependencies) }, { status });
}
