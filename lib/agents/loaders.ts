import "server-only";
import { teamScope } from "@/lib/auth/ability";
import { requireAdmin } from "@/lib/auth/loaders";
import { database } from "@/lib/platform/database";
import { listAgents, listTeams } from "./data";
import type { AgentRow, TeamRow } from "./types";

/** For the settings: admins only, others are sent home. */
export async function loadTeams(): Promise<TeamRow[]> {
  return listTeams({ prisma: database(), scope: teamScope(await requireAdmin()) });
}

export async function loadAgents(): Promise<AgentRow[]> {
  return listAgents({ prisma: database(), scope: teamScope(await requireAdmin()) });
}
