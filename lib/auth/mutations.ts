import { generateId } from "better-auth";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import type { Actor } from "@/lib/contract/call";
import { type UserId, userIdSchema } from "@/lib/contract/ids";
import type { Database, Transaction } from "@/lib/platform/database";
import { AppError } from "@/lib/platform/errors";
import { recordAudit } from "./audit";
import { FIRST_ADMIN_EMAIL } from "./constants";
import { makeOneTimePassword } from "./password";
import type { CreateUserInput, UpdateUserInput } from "./schema";
import type { SessionEvents } from "./session-events";
import type { Visitor } from "./types";
import { refusalOf, requireActiveAgent, requireAnotherAdmin, rightsOf } from "./user-rights";

/** Every change of people: the change, its audit row, and, where rights changed, word to the sockets. */
type Change = { prisma: Database; sessions: SessionEvents; actor: Actor };

async function setPassword(options: { tx: Transaction; userId: string; hash: string }): Promise<void> {
  const { tx, userId, hash } = options;
  const { count } = await tx.account.updateMany({
    where: { userId, providerId: "credential" },
    data: { password: hash },
  });
  if (count === 0)
    await tx.account.create({
      data: { id: generateId(), accountId: userId, providerId: "credential", userId, password: hash },
    });
}

/**
 * @param options.password given for demonstration users only; otherwise a one-time password is made.
 * @returns the one-time password, which is stored nowhere.
 * @throws AppError CONFLICT where the email, or the agent, is taken; INVALID where the agent is not at work.
 */
export async function createUser(
  options: Omit<Change, "sessions"> & { input: CreateUserInput; password?: string },
): Promise<{ userId: UserId; password: string }> {
  const { prisma, actor, input } = options;
  const userId = userIdSchema.parse(generateId());
  const password = options.password ?? makeOneTimePassword();
  const hash = await hashPassword(password);
  const { role, teamIds, agentId } = rightsOf(input);
  try {
    await prisma.$transaction(async (tx) => {
      await requireActiveAgent({ tx, agentId });
      await tx.user.create({
        data: {
          id: userId,
          name: input.name,
          email: input.email,
          role,
          agentId,
          mustChangePassword: options.password === undefined,
          memberships: { create: teamIds.map((teamId) => ({ teamId })) },
        },
      });
      await setPassword({ tx, userId, hash });
      const detail = { role, teamIds, agentId };
      await recordAudit({ tx, actor, action: "auth.create-user", subject: userId, detail });
    });
  } catch (error) {
    throw refusalOf(error);
  }
  return { userId, password };
}

/**
 * Name, role, teams or agent, active. Another role clears the agent; deactivating ends all sessions.
 * @throws AppError NOT_FOUND, CONFLICT (last admin, own account, agent taken), INVALID (agent not at work)
 */
export async function updateUser({
  prisma,
  sessions,
  actor,
  input,
}: Change & { input: UpdateUserInput }): Promise<void> {
  const { userId, name, active } = input;
  const { role, teamIds, agentId } = rightsOf(input);
  const data = { name, active, role, agentId };
  if (!data.active && actor.kind === "user" && actor.userId === userId)
    throw new AppError("CONFLICT", { message: "own account", userMessage: "You cannot deactivate your own account." });
  const run = async (tx: Transaction) => {
    const before = await tx.user.findUnique({ where: { id: userId } });
    if (!before) throw new AppError("NOT_FOUND", { message: "no such user", userMessage: "This user is gone." });
    if (before.role === "admin" && (role !== "admin" || !active)) await requireAnotherAdmin({ tx, userId });
    if (before.agentId !== agentId) await requireActiveAgent({ tx, agentId });
    await tx.user.update({ where: { id: userId }, data });
    await tx.teamMember.deleteMany({ where: { userId, teamId: { notIn: teamIds } } });
    await tx.teamMember.createMany({ data: teamIds.map((teamId) => ({ teamId, userId })), skipDuplicates: true });
    if (!active) await tx.session.deleteMany({ where: { userId } });
    await recordAudit({
      tx,
      actor,
      action: "auth.update-user",
      subject: userId,
      detail: { role, active, teamIds, agentId },
    });
  };
  await prisma.$transaction(run).catch((error: unknown) => {
    throw refusalOf(error);
  });
  sessions.changed(userId);
}

/** Ends all sessions of a user. @returns how many there were. */
export async function revokeSessions({
  prisma,
  sessions,
  actor,
  userId,
}: Change & { userId: UserId }): Promise<number> {
  const ended = await prisma.$transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { userId } });
    await recordAudit({ tx, actor, action: "auth.revoke-sessions", subject: userId, detail: { count } });
    return count;
  });
  sessions.changed(userId);
  return ended;
}

/** Ends all sessions and sets a new one-time password, which is returned and stored nowhere. */
export async function resetPassword({ prisma, sessions, actor, userId }: Change & { userId: UserId }): Promise<string> {
  const password = makeOneTimePassword();
  const hash = await hashPassword(password);
  await prisma.$transaction(async (tx) => {
    const { count } = await tx.user.updateMany({ where: { id: userId }, data: { mustChangePassword: true } });
    if (count === 0) throw new AppError("NOT_FOUND", { message: "no such user", userMessage: "This user is gone." });
    await setPassword({ tx, userId, hash });
    await tx.session.deleteMany({ where: { userId } });
    await recordAudit({ tx, actor, action: "auth.reset-password", subject: userId });
  });
  sessions.changed(userId);
  return password;
}

/** A person's own new password; ends their other sessions. @throws AppError INVALID where the current one is wrong. */
export async function changePassword(
  options: Omit<Change, "actor"> & { visitor: Visitor; current: string; next: string },
): Promise<void> {
  const { prisma, sessions, visitor, current, next } = options;
  const { userId, name } = visitor.viewer;
  const account = await prisma.account.findFirst({ where: { userId, providerId: "credential" } });
  if (!account?.password || !(await verifyPassword({ hash: account.password, password: current })))
    throw new AppError("INVALID", {
      message: "wrong current password",
      userMessage: "This is not the password you have now.",
      field: "current",
    });
  const hash = await hashPassword(next);
  await prisma.$transaction(async (tx) => {
    await setPassword({ tx, userId, hash });
    await tx.user.update({ where: { id: userId }, data: { mustChangePassword: false } });
    await tx.session.deleteMany({ where: { userId, token: { not: visitor.sessionToken } } });
    const actor = { kind: "user" as const, userId, name };
    await recordAudit({ tx, actor, action: "auth.change-password", subject: userId });
  });
  sessions.changed(userId);
}

/**
 * Makes the first admin where there is no user at all. Of two nodes that try, the email lets one succeed.
 * @returns what to print once, or null where there are users.
 */
export async function ensureFirstAdmin(options: {
  prisma: Database;
}): Promise<{ email: string; password: string } | null> {
  const { prisma } = options;
  if ((await prisma.user.count()) > 0) return null;
  const input = { name: "Administrator", email: FIRST_ADMIN_EMAIL, role: "admin" as const, teamIds: [], agentId: null };
  try {
    const { password } = await createUser({ prisma, actor: { kind: "system" }, input });
    return { email: input.email, password };
  } catch (error) {
    if (error instanceof AppError && error.code === "CONFLICT") return null;
    throw error;
  }
}
