import { actorOf } from "@/lib/auth/audit";
import { callIdSchema } from "@/lib/contract/ids";
import { findCall } from "@/lib/history/data";
import { database } from "@/lib/platform/database";
import { authoriseRequest, notFoundRefusal } from "@/lib/server/authorise";
import { runtime } from "@/lib/server/runtime";

/** One stored call as JSON (the contract's callViewSchema): transcript, sentiment, suggestions with every step. Audited. */
export async function GET(request: Request, { params }: { params: Promise<{ callId: string }> }): Promise<Response> {
  const asked = await authoriseRequest(request);
  if (!asked.ok) return asked.response;
  const callId = callIdSchema.safeParse((await params).callId);
  const call = callId.success ? await findCall({ prisma: database(), scope: asked.scope, callId: callId.data }) : null;
  if (!call) return notFoundRefusal().response;
  const { view } = call;
  runtime().audit({
    action: "calls.export",
    by: actorOf(asked.viewer),
    at: Date.now(),
    callId: view.info.callId,
    teamId: view.info.teamId,
    subject: null,
    detail: { format: "json" },
  });
  return Response.json(view, {
    headers: {
      "content-disposition": `attachment; filename="call-${view.info.callId}.json"`,
      "cache-control": "private, no-store",
    },
  });
}
