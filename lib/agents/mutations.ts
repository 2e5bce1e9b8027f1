import { recordAudit } from "@/lib/auth/audit";
import type { Actor } from "@/lib/contract/call";
import { type AgentId, agentIdSchema, type TeamId, teamIdSchema, type UserId, userIdSchema } from "@/lib/contract/ids";
import type { Database, Transaction } from "@/lib/platform/database";
import { AppError } from "@/lib/platform/errors";
import { directoryChanged } from "./agent-directory";
import type { CreateAgentInput, CreateTeamInput, UpdateAgentInput, UpdateTeamInput } from "./schema";

/** The change and its audit row in one transaction, then word to the engine. */
type Change<I> = { prisma: Database; actor: Actor; input: I };

async function change<T>(options: {
  prisma: Database;
  taken: { field: string; userMessage: string };
  run: (tx: Transaction) => Promise<T>;
}): Promise<T> {
  try {
    const result = await options.prisma.$transaction(options.run);
    directoryChanged();
    return result;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    const { taken } = options;
    if (code === "P2002") throw new AppError("CONFLICT", { message: `${taken.field} taken`, ...taken, cause: error });
    if (code === "P2025")
      throw new AppError("NOT_FOUND", {
        message: "gone",
        userMessage: "This is gone. Load the page again.",
        cause: error,
      });
    if (code === "P2003")
      throw new AppError("INVALID", { message: "no such team", userMessage: "This team is gone.", field: "teamId" });
    throw error;
  }
}

const teamTaken = { field: "name", userMessage: "There is a team of this name already." };
const extensionTaken = { field: "extension", userMessage: "This extension belongs to another agent already." };

/** @throws AppError CONFLICT where the name is taken. */
export function createTeam({ prisma, actor, input }: Change<CreateTeamInput>): Promise<TeamId> {
  return change({
    prisma,
    taken: teamTaken,
    run: async (tx) => {
      const { id } = await tx.team.create({ data: input });
      await recordAudit({ tx, actor, action: "agents.create-team", teamId: id, detail: input });
      return teamIdSchema.parse(id);
    },
  });
}

/** Takes effect on the next suggestion. The audit row holds what was before. @throws AppError NOT_FOUND, CONFLICT */
export function updateTeam({ prisma, actor, input }: Change<UpdateTeamInput>): Promise<void> {
  const { teamId, ...after } = input;
  return change({
    prisma,
    taken: teamTaken,
    run: async (tx) => {
      const before = await tx.team.findUniqueOrThrow({
        where: { id: teamId },
        select: {
          name: true,
          whisperPolicy: true,
          suggestionExpirySeconds: true,
          maxSuggestionsPerMinute: true,
          whisperTone: true,
          tellAgents: true,
        },
      });
      await tx.team.update({ where: { id: teamId }, data: after });
      await recordAudit({ tx, actor, action: "agents.update-team", teamId, detail: { before, after } });
    },
  });
}

/** @throws AppError CONFLICT where the extension is taken. */
export function createAgent({ prisma, actor, input }: Change<CreateAgentInput>): Promise<AgentId> {
  return change({
    prisma,
    taken: extensionTaken,
    run: async (tx) => {
      const { id } = await tx.agent.create({ data: input });
      const { teamId } = input;
      await recordAudit({ tx, actor, action: "agents.create-agent", teamId, subject: id, detail: input });
      return agentIdSchema.parse(id);
    },
  });
}

/**
 * Also deactivates: a deactivated agent's extension is nobody's.
 * @returns the user who is this agent, whose rights may have changed with it. @throws AppError NOT_FOUND, CONFLICT
 */
export function updateAgent({ prisma, actor, input }: Change<UpdateAgentInput>): Promise<{ userId: UserId | null }> {
  const { agentId, ...after } = input;
  return change({
    prisma,
    taken: extensionTaken,
    run: async (tx) => {
      const before = await tx.agent.findUniqueOrThrow({
        where: { id: agentId },
        select: { name: true, extension: true, teamId: true, active: true },
      });
      const user = await tx.user.findUnique({ where: { agentId }, select: { id: true } });
      await tx.agent.update({ where: { id: agentId }, data: after });
      const detail = { before, after };
      await recordAudit({ tx, actor, action: "agents.update-agent", teamId: after.teamId, subject: agentId, detail });
      return { userId: user && userIdSchema.parse(user.id) };
    },
  });
}
