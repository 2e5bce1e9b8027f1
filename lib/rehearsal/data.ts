import { inTeams, teamScope } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import type { Database } from "@/lib/platform/database";
import type { Rehearsal } from "@/lib/platform/prisma-client/client";
import { type RehearsalId, type RehearsalResult, rehearsalIdSchema, rehearsalResultSchema } from "./schema";

const NEWEST = 30;

export type RehearsalRow = {
  rehearsalId: RehearsalId;
  scenarioId: string;
  title: string;
  callId: CallId;
  userName: string;
  isOwn: boolean;
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number | null;
  score: number | null;
};
export type StoredRehearsal = RehearsalRow & { result: RehearsalResult | null };

type Ask = { prisma: Database; viewer: Viewer };

/** One's own; leads and admins also those of the teams they review. */
function visibleTo(viewer: Viewer) {
  if (viewer.role !== "lead" && viewer.role !== "admin") return { userId: viewer.userId };
  const scope = teamScope(viewer);
  // An empty condition, which an admin's scope is, matches nothing inside an OR.
  return scope.all ? {} : { OR: [{ userId: viewer.userId }, inTeams(scope)] };
}

/** The newest first. */
export async function listRehearsals({ prisma, viewer }: Ask): Promise<RehearsalRow[]> {
  const found = await prisma.rehearsal.findMany({
    where: visibleTo(viewer),
    orderBy: { startedAt: "desc" },
    take: NEWEST,
    include: { user: { select: { name: true } } },
  });
  return found.map((rehearsal) => toRow(rehearsal, viewer));
}

/** @returns null where it does not exist or is not the asker's to see (the two look the same). */
export async function findRehearsal(options: Ask & { id: RehearsalId }): Promise<StoredRehearsal | null> {
  const { prisma, viewer, id } = options;
  const found = await prisma.rehearsal.findFirst({
    where: { AND: [{ id }, visibleTo(viewer)] },
    include: { user: { select: { name: true } } },
  });
  if (!found) return null;
  const result = found.result === null ? null : rehearsalResultSchema.parse(found.result);
  return { ...toRow(found, viewer), result };
}

function toRow(row: Rehearsal & { user: { name: string } }, viewer: Viewer): RehearsalRow {
  return {
    rehearsalId: rehearsalIdSchema.parse(row.id),
    scenarioId: row.scenarioId,
    title: row.title,
    callId: callIdSchema.parse(row.callId),
    userName: row.user.name,
    isOwn: row.userId === viewer.userId,
    startedAt: row.startedAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
    score: row.score,
  };
}
