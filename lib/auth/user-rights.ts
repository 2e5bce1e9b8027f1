import { z } from "zod";
import type { AgentId } from "@/lib/contract/ids";
import type { Transaction } from "@/lib/platform/database";
import { AppError } from "@/lib/platform/errors";
import type { CreateUserInput } from "./schema";

/** What must hold of every user's rights, whoever changes them. */

const violationSchema = z.object({ code: z.enum(["P2002", "P2003"]), meta: z.unknown() });

/** @returns what the database refused, in words; anything else as it is. To be thrown. */
export function refusalOf(error: unknown): unknown {
  const violation = violationSchema.safeParse(error);
  if (!violation.success) return error;
  // The columns, or the constraint's name. The message will not do: it quotes the source around the query.
  const isAboutAgent = /agent_?id/i.test(JSON.stringify(violation.data.meta));
  if (violation.data.code === "P2003") {
    const gone = { message: "no such team or agent", userMessage: "This is gone. Load the page again.", cause: error };
    return new AppError("INVALID", { ...gone, field: isAboutAgent ? "agentId" : "teamIds" });
  }
  if (isAboutAgent)
    return new AppError("CONFLICT", {
      message: "agent taken",
      userMessage: "Another user is this agent already.",
      field: "agentId",
      cause: error,
    });
  return new AppError("CONFLICT", {
    message: "email taken",
    userMessage: "There is a user with this email already.",
    field: "email",
    cause: error,
  });
}

/** An agent has a desk and no teams, everybody else teams and no desk, whatever a form still held. */
export function rightsOf({ role, teamIds, agentId }: Pick<CreateUserInput, "role" | "teamIds" | "agentId">) {
  return role === "agent" ? { role, teamIds: [], agentId } : { role, teamIds, agentId: null };
}

/** @throws AppError INVALID where there is no such agent at work. */
export async function requireActiveAgent({ tx, agentId }: { tx: Transaction; agentId: AgentId | null }): Promise<void> {
  const isAtWork = agentId === null || (await tx.agent.count({ where: { id: agentId, active: true } })) > 0;
  if (!isAtWork)
    throw new AppError("INVALID", {
      message: "no such active agent",
      userMessage: "This agent is deactivated or gone. Choose another.",
      field: "agentId",
    });
}

/** Admins stay able to administer. Locked, so that two admins who demote each other do not both succeed. */
export async function requireAnotherAdmin({ tx, userId }: { tx: Transaction; userId: string }): Promise<void> {
  const admins = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM users WHERE role = 'admin' AND active ORDER BY id FOR UPDATE`;
  if (admins.every((admin) => admin.id === userId))
    throw new AppError("CONFLICT", {
      message: "last active admin",
      userMessage: "This is the last active admin. Make someone else an admin first.",
    });
}
