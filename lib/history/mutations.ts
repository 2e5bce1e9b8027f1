import { join } from "node:path";
import type { CallId } from "@/lib/contract/ids";
import type { Database } from "@/lib/platform/database";
import type { Logger } from "@/lib/platform/logger";
import { repairRecording } from "./recording-file";

/**
 * Ends, in the record, calls of an earlier run that are not live any more: the gateway was asked and does not know them.
 * When they really ended is not known; the record says `gateway-lost` and the time of the last thing heard of them. Their
 * recordings get a true header. A call that we left goes on without us: its end is not ours to tell. @returns how many
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
