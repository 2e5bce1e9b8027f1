import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { actorOf } from "@/lib/auth/audit";
import { callIdSchema, teamIdSchema } from "@/lib/contract/ids";
import { byteRange } from "@/lib/history/byte-range";
import { findRecording } from "@/lib/history/data";
import { database } from "@/lib/platform/database";
import { authoriseRequest, notFoundRefusal } from "@/lib/server/authorise";
import { runtime } from "@/lib/server/runtime";

/** The recording of an ended call, with ranges so that a player can seek. Who listened is in the audit. */
export async function GET(request: Request, { params }: { params: Promise<{ callId: string }> }): Promise<Response> {
  const asked = await authoriseRequest(request);
  if (!asked.ok) return asked.response;
  const callId = callIdSchema.safeParse((await params).callId);
  const found = callId.success
    ? await findRecording({ prisma: database(), scope: asked.scope, callId: callId.data })
    : null;
  // While it is being written it is not a file yet; a call that we left is written no more.
  const finished = found !== null && (found.endedAt !== null || found.monitoring === "left");
  if (!callId.success || !finished) return notFoundRefusal().response;
  const path = join(runtime().recordingsDir, found.recordingPath);
  const size = await stat(path)
    .then((file) => file.size)
    .catch(() => null);
  if (size === null) return notFoundRefusal().response;
  const range = byteRange({ header: request.headers.get("range"), size });
  if (range === "unsatisfiable")
    return new Response(null, { status: 416, headers: { "content-range": `bytes */${size}` } });
  // A player asks in many pieces; those that follow one another are one act of listening, and one line of the audit.
  if (runtime().beginsListening({ userId: asked.viewer.userId, callId: callId.data }))
    runtime().audit({
      action: "calls.play-recording",
      by: actorOf(asked.viewer),
      at: Date.now(),
      callId: callId.data,
      teamId: found.teamId === null ? null : teamIdSchema.parse(found.teamId),
      subject: null,
      detail: {},
    });
  const body = Readable.toWeb(createReadStream(path, { start: range.start, end: range.end })) as ReadableStream;
  return new Response(body, {
    status: range.partial ? 206 : 200,
    headers: {
      "content-type": "audio/wav",
      "accept-ranges": "bytes",
      "content-length": String(range.end - range.start + 1),
      ...(range.partial ? { "content-range": `bytes ${range.start}-${range.end}/${size}` } : {}),
      "cache-control": "private, no-store",
    },
  });
}
