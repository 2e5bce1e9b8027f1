import { z } from "zod";
import { actorOf } from "@/lib/auth/audit";
import { MAX_REWIND_SECONDS } from "@/lib/history/constants";
import { authoriseLiveCall, notFoundRefusal } from "@/lib/server/authorise";
import { runtime } from "@/lib/server/runtime";

const querySchema = z.object({ lastSeconds: z.coerce.number().positive().max(MAX_REWIND_SECONDS).default(30) });

/** The last seconds of a live call: a stereo WAV, left caller, right agent. Who listened is in the audit. */
export async function GET(request: Request, { params }: { params: Promise<{ callId: string }> }): Promise<Response> {
  const allowed = await authoriseLiveCall(request, await params);
  if (!allowed.ok) return allowed.response;
  const query = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success)
    return Response.json(
      { code: "INVALID", field: "lastSeconds", message: z.prettifyError(query.error) },
      { status: 400 },
    );
  const { viewer, callId, view } = allowed;
  const wav = await runtime().recordingTail(callId, { seconds: query.data.lastSeconds });
  if (!wav) return notFoundRefusal().response;
  runtime().audit({
    action: "calls.replay-live",
    by: actorOf(viewer),
    at: Date.now(),
    callId,
    teamId: view.info.teamId,
    subject: null,
    detail: { seconds: query.data.lastSeconds },
  });
  return new Response(Buffer.from(wav), { headers: { "content-type": "audio/wav", "cache-control": "no-store" } });
}
