import { z } from "zod";
import { WAV_HEADER_BYTES } from "@/lib/audio/wav";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { MAX_REWIND_SECONDS } from "@/lib/history/constants";
import { authoriseLiveCall, notFoundRefusal } from "@/lib/server/authorise";
import { runtime } from "@/lib/server/runtime";

const querySchema = z.object({
  lastSeconds: z.coerce.number().positive().max(MAX_REWIND_SECONDS).optional(),
  /** Position on the call's audio clock, milliseconds. */
  sinceMs: z.coerce.number().nonnegative().optional(),
});
/** 16 bit of each party. */
const BYTES_PER_SAMPLE = 4;
/** Without either of the two. */
const USUAL_SECONDS = 30;

/**
 * The last seconds of a live call, or what came since a position (at most MAX_REWIND_SECONDS): a stereo WAV, left caller, right
 * agent. The header `x-audio-at-ms` tells where its first sample lies on the call's audio clock. Who heard what of it
 * is in the audit: one line a rewind.
 */
export async function GET(request: Request, { params }: { params: Promise<{ callId: string }> }): Promise<Response> {
  const allowed = await authoriseLiveCall(request, await params);
  if (!allowed.ok) return allowed.response;
  const query = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success)
    return Response.json(
      { code: "INVALID", field: query.error.issues[0]?.path.join("."), message: z.prettifyError(query.error) },
      { status: 400 },
    );
  const { viewer, callId, view } = allowed;
  const { lastSeconds, sinceMs } = query.data;
  const seconds = lastSeconds ?? (sinceMs === undefined ? USUAL_SECONDS : MAX_REWIND_SECONDS);
  const piece = await runtime().recordingPiece(callId, { seconds, sinceMs });
  if (!piece) return notFoundRefusal().response;
  const lengthMs = ((piece.wav.byteLength - WAV_HEADER_BYTES) * 1000) / (SAMPLE_RATE * BYTES_PER_SAMPLE);
  runtime().rewound({
    by: { kind: "user", userId: viewer.userId, name: viewer.name },
    callId,
    teamId: view.info.teamId,
    sinceMs: sinceMs ?? null,
    fromMs: piece.atMs,
    toMs: piece.atMs + lengthMs,
  });
  return new Response(Buffer.from(piece.wav), {
    headers: { "content-type": "audio/wav", "cache-control": "no-store", "x-audio-at-ms": String(piece.atMs) },
  });
}
