import { canSeeCall, isAgent, type TeamScope, teamScope } from "@/lib/auth/ability";
import { auth } from "@/lib/auth/service";
import type { Viewer } from "@/lib/auth/types";
import type { CallView } from "@/lib/contract/call-view";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import { runtime } from "./runtime";

/** A refusal as a route answers it: no word about what exists. */
export type Refusal = { ok: false; response: Response };

function refuse(status: 401 | 404, message: string): Refusal {
  return {
    ok: false,
    response: Response.json({ code: status === 401 ? "UNAUTHENTICATED" : "NOT_FOUND", message }, { status }),
  };
}

export const notFoundRefusal = () => refuse(404, "There is nothing here, or it is not yours to see.");

/** For route handlers: who asks, with the proof that data functions want. An agent has a desk, and to them there is nothing here. */
export async function authoriseRequest(
  request: Request,
): Promise<{ ok: true; viewer: Viewer; scope: TeamScope } | Refusal> {
  const viewer = await auth().viewerFromHeaders(request.headers);
  if (!viewer) return refuse(401, "Sign in and try again.");
  return isAgent(viewer) ? notFoundRefusal() : { ok: true, viewer, scope: teamScope(viewer) };
}

/** For route handlers about a live call: the call, if it is live and the asker's to see. */
export async function authoriseLiveCall(
  request: Request,
  options: { callId: string },
): Promise<{ ok: true; viewer: Viewer; callId: CallId; view: CallView } | Refusal> {
  const asked = await authoriseRequest(request);
  if (!asked.ok) return asked;
  const callId = callIdSchema.safeParse(options.callId);
  const view = callId.success ? runtime().liveCall(callId.data) : null;
  if (!callId.success || !view || !canSeeCall({ viewer: asked.viewer, teamId: view.info.teamId }))
    return notFoundRefusal();
  return { ok: true, viewer: asked.viewer, callId: callId.data, view };
}
