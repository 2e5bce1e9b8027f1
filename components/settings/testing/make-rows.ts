import type { AgentRow, TeamRow } from "@/lib/agents/types";
import type { UserRow } from "@/lib/auth/data";
import { agentIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";

export const makeTeam = (name: string, rest: Partial<TeamRow> = {}): TeamRow => ({
  teamId: teamIdSchema.parse(`team-${name.replace(" ", "-")}`),
  name,
  whisperPolicy: "approve",
  suggestionExpirySeconds: 20,
  maxSuggestionsPerMinute: 4,
  agentSentiment: false,
  whisperTone: false,
  tellAgents: true,
  agents: 2,
  members: 1,
  ...rest,
});
export const TEAMS = [makeTeam("Sales"), makeTeam("Support EU", { agents: 12 })];
export const makeAgent = (name: string, rest: Partial<AgentRow> = {}): AgentRow => ({
  agentId: agentIdSchema.parse(`agent-${name.replace(" ", "-")}`),
  name,
  extension: "1001",
  teamId: null,
  teamName: null,
  active: true,
  ...rest,
});
export const makeUser = (name: string, rest: Partial<UserRow> = {}): UserRow => ({
  userId: userIdSchema.parse(`user-${name.replace(" ", "-")}`),
  name,
  email: `${name.toLowerCase()}@example.com`,
  role: "supervisor",
  active: true,
  mustChangePassword: false,
  teamIds: [],
  agentId: null,
  sessions: 0,
  lastSignInAt: null,
  ...rest,
});
