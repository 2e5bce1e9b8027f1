import { actorOf, recordAudit } from "@/lib/auth/audit";
import type { Viewer } from "@/lib/auth/types";
import type { CallId, TeamId } from "@/lib/contract/ids";
import type { Database } from "@/lib/platform/database";
import type { RehearsalId, RehearsalResult } from "./schema";

export async function createRehearsal(options: {
  prisma: Database;
  viewer: Viewer;
  rehearsal: { id: RehearsalId; scenarioId: string; title: string; callId: CallId; teamId: TeamId | null; at: Date };
}): Promise<void> {
  const { prisma, viewer, rehearsal } = options;
  const { id, scenarioId, title, callId, teamId, at } = rehearsal;
  await prisma.$transaction(async (tx) => {
    await tx.rehearsal.create({
      data: { id, userId: viewer.userId, scenarioId, title, callId, teamId, startedAt: at },
    });
    await recordAudit({
      tx,
      actor: actorOf(viewer),
      action: "rehearsal.start",
      callId,
      teamId,
      subject: id,
      detail: { scenarioId },
    });
  });
}

/** `result` null: the call never came to anything that could be scored. */
export async function finishRehearsal(options: {
  prisma: Database;
  id: RehearsalId;
  at: Date;
  result: RehearsalResult | null;
}): Promise<void> {
  const { prisma, id, at, result } = options;
  await prisma.rehearsal.updateMany({
    where: { id, endedAt: null },
    data: { endedAt: at, score: result?.score ?? null, ...(result ? { result } : {}) },
  });
}

/** Rehearsals of an earlier run: their calls ended with it. */
export async function endLostRehearsals({ prisma, at }: { prisma: Database; at: Date }): Promise<void> {
  await prisma.rehearsal.updateMany({ where: { endedAt: null }, data: { endedAt: at } });
}
