import { inTeams, type OwnAgentId, type TeamScope } from "@/lib/auth/ability";
import { agentIdSchema, teamIdSchema } from "@/lib/contract/ids";
import type { Database } from "@/lib/platform/database";
import type { AgentRow, DeskAgent, TeamRow } from "./types";

type Read = { prisma: Database; scope: TeamScope };

/** The teams of the scope, by name. */
export async function listTeams({ prisma, scope }: Read): Promise<TeamRow[]> {
  const teams = await prisma.team.findMany({
    where: scope.all ? {} : { id: { in: [...scope.teamIds] } },
    orderBy: { name: "asc" },
    include: { _count: { select: { members: true, agents: { where: { active: true } } } } },
  });
  return teams.map((team) => ({
    teamId: teamIdSchema.parse(team.id),
    name: team.name,
    whisperPolicy: team.whisperPolicy,
    suggestionExpirySeconds: team.suggestionExpirySeconds,
    maxSuggestionsPerMinute: team.maxSuggestionsPerMinute,
    agentSentiment: team.agentSentiment,
    whisperTone: team.whisperTone,
    tellAgents: team.tellAgents,
    agents: team._count.agents,
    members: team._count.members,
  }));
}

/** The agents of the scope's teams, active ones first, by name. */
export async function listAgents({ prisma, scope }: Read): Promise<AgentRow[]> {
  const agents = await prisma.agent.findMany({
    where: inTeams(scope),
    orderBy: [{ active: "desc" }, { name: "asc" }],
    include: { team: { select: { name: true } } },
  });
  return agents.map((agent) => ({
    agentId: agentIdSchema.parse(agent.id),
    name: agent.name,
    extension: agent.extension,
    teamId: agent.teamId === null ? null : teamIdSchema.parse(agent.teamId),
    teamName: agent.team?.name ?? null,
    active: agent.active,
  }));
}

/** The agent that the asker is; null: gone or deactivated since. */
export async function findOwnAgent(options: { prisma: Database; agentId: OwnAgentId }): Promise<DeskAgent | null> {
  return options.prisma.agent.findFirst({
    where: { id: options.agentId, active: true },
    select: { name: true, extension: true },
  });
}
