import { join } from "node:path";
import type { SpeakingEnd } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { Database } from "@/lib/platform/database";
import type { Logger } from "@/lib/platform/logger";
import { SPEAK_ACTION } from "./constants";
import { repairRecording } from "./recording-file";

/**
 * Ends, in the record, calls of an earlier run that are not live any more: the gateway was asked and does not know them.
 * When they really ended is not known; the record says `gateway-lost` and the time of the last thing heard of them. Their
 * recordings get a true header. A call that we left goes on without us: its end is not ours to tell. Microphones that were open
 * are closed in the record of every call, also of one that goes on. @returns how many calls were ended
 */
export async function endLostCalls(options: {
  prisma: Database;
  live: readonly CallId[];
  /** Calls that began later belong to this run. */
  before: Date;
  recordingsDir: string;
  logger: Logger;
}): Promise<number> {
  const { prisma, live, before, recordingsDir, logger } = options;
  await closeVoices({ prisma, before });
  const lost = await prisma.call.findMany({
    where: { endedAt: null, monitoring: { not: "left" }, createdAt: { lt: before }, id: { notIn: [...live] } },
    select: { id: true, updatedAt: true, startedAt: true, recordingPath: true },
  });
  for (const call of lost) {
    const recordingMs = await mend(call.recordingPath, { recordingsDir, logger });
    await closeSuggestions({ prisma, callId: call.id, at: call.updatedAt });
    await prisma.call.updateMany({
      where: { id: call.id, endedAt: null },
      data: {
        state: "DISCONNECTED",
        monitoring: "lost",
        endedAt: call.updatedAt,
        endReason: "gateway-lost",
        durationMs: call.updatedAt.getTime() - call.startedAt.getTime(),
        ...(recordingMs === null ? {} : { recordingMs }),
      },
    });
  }
  return lost.length;
}

const VOICE_LOST =
  "Earshot was stopped while the microphone was open; how much was heard in its last moments is not known.";

/**
 * Microphones of an earlier run: closed at the last thing heard of their call before this run, at the latest, with as much as the
 * record knows to have been spoken: at least that it was. That their caller heard none of it cannot be vouched for.
 */
async function closeVoices({ prisma, before }: { prisma: Database; before: Date }): Promise<void> {
  const open = await prisma.speaking.findMany({
    where: { endedAt: null, startedAt: { lt: before } },
    include: { call: { select: { teamId: true, updatedAt: true } } },
  });
  for (const { callId, speakingId, mode, startedAt, spokenMs, call, ...row } of open) {
    const { actorKind, actorUserId, actorName } = row;
    const lastHeardAt = Math.min(call.updatedAt.getTime(), before.getTime());
    const endedAt = new Date(Math.max(startedAt.getTime() + spokenMs, lastHeardAt));
    const end = { reason: "earshot-stopped" satisfies SpeakingEnd, callerClear: null };
    const detail = { mode, from: startedAt.getTime(), to: endedAt.getTime(), spokenMs, ...end };
    const line = { actorKind, actorUserId, actorName, action: SPEAK_ACTION, callId, teamId: call.teamId };
    await prisma.$transaction([
      prisma.speaking.updateMany({ where: { callId, speakingId }, data: { endedAt, ...end, detail: VOICE_LOST } }),
      prisma.auditEntry.create({ data: { ...line, subject: speakingId, detail, at: endedAt } }),
    ]);
  }
}

/** Nobody will decide or speak them any more. */
async function closeSuggestions(options: { prisma: Database; callId: string; at: Date }): Promise<void> {
  const { prisma, callId, at } = options;
  const open = await prisma.suggestion.findMany({
    where: { callId, state: { in: ["proposed", "approved", "edited", "speaking"] } },
    select: { id: true, state: true, text: true, _count: { select: { steps: true } } },
  });
  for (const { id, state: before, text, _count } of open) {
    const state = before === "proposed" ? ("expired" as const) : ("failed" as const);
    const detail = "Earshot was stopped before this was settled.";
    const step = { suggestionId: id, position: _count.steps, state, at, actorKind: "system" as const, text, detail };
    await prisma.$transaction([
      prisma.suggestion.update({ where: { id }, data: { state, waitingForPause: false } }),
      prisma.suggestionStep.create({ data: step }),
    ]);
  }
}

async function mend(path: string | null, options: { recordingsDir: string; logger: Logger }): Promise<number | null> {
  if (!path) return null;
  try {
    return await repairRecording(join(options.recordingsDir, path));
  } catch (error) {
    options.logger.warn({ err: error, path }, "recording of a lost call could not be mended");
    return null;
  }
}
