import { agentIdSchema, type CallId, callIdSchema, teamIdSchema } from "@/lib/contract/ids";
import { endLostCalls } from "@/lib/history/mutations";
import type { Database } from "@/lib/platform/database";
import type { Logger } from "@/lib/platform/logger";
import type { OpenCall } from "./earlier-calls";

type Deps = { prisma: Database; live: () => CallId[]; recordingsDir: string; logger: Logger };

/**
 * Ends, in the record, what began `before` (milliseconds since the epoch) and is not live, but for calls of telephone systems that
 * are `away`: those were not asked. @returns the calls it left open for that
 */
export async function endLostBut(
  { prisma, live, recordingsDir, logger }: Deps,
  options: { before: number; away: readonly string[] },
): Promise<OpenCall[]> {
  const before = new Date(options.before);
  const rows = await prisma.call.findMany({
    where: {
      ...{ endedAt: null, monitoring: { not: "left" }, createdAt: { lt: before } },
      gateway: { in: [...options.away] },
    },
    select: { id: true, teamId: true, agentId: true },
  });
  const open = rows.map(({ id, teamId, agentId }) => ({
    callId: callIdSchema.parse(id),
    teamId: teamIdSchema.nullable().parse(teamId),
    agentId: agentIdSchema.nullable().parse(agentId),
  }));
  const kept = [...live(), ...open.map(({ callId }) => callId)];
  await endLostCalls({ ...{ prisma, before, recordingsDir, logger }, live: kept });
  return open;
}
