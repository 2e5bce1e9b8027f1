import "server-only";
import { teamScope } from "@/lib/auth/ability";
import { requireAdmin, requireAgent } from "@/lib/auth/loaders";
import type { Viewer } from "@/lib/auth/types";
import { database } from "@/lib/platform/database";
import { findOwnAgent, listAgents, listTeams } from "./data";
import type { AgentRow, DeskAgent, TeamRow } from "./types";

/** For the settings: admins only, others are sent home. */
export async function loadTeams(): Promise<TeamRow[]> {
  return listTeams({ prisma: database(), scope: teamScope(await requireAdmin()) });
}

export async function loadAgents(): Promise<AgentRow[]> {
  return listAgents({ prisma: database(), scope: teamScope(await requireAdmin()) });
}

/** For an agent's desk; others are sent home. `agent` null: nobody's desk, as the agent is deactivated or gone. */
export async function loadDesk(): Promise<{ viewer: Viewer; agent: DeskAgent | null }> {
  const { viewer, agentId } = await requireAgent();
  return { viewer, agent: agentId && (await findOwnAgent({ prisma: database(), agentId })) };
}
