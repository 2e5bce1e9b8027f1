"use server";

import { revalidatePath } from "next/cache";
import type { CommandResult } from "@/lib/contract/command-result";
import type { UserId } from "@/lib/contract/ids";
import { database } from "@/lib/platform/database";
import { AppError } from "@/lib/platform/errors";
import { parseInput, runAsAdmin, toResult } from "./admin-action";
import { currentVisitor } from "./loaders";
import * as mutations from "./mutations";
import { changePasswordSchema, createUserSchema, onUserSchema, updateUserSchema } from "./schema";
import { auth } from "./service";

const USERS_PAGE = "/settings/users";

/** One's own password; also the way out of a one-time password. */
export async function changePassword(input: unknown): Promise<CommandResult<null>> {
  try {
    const visitor = await currentVisitor();
    if (!visitor)
      throw new AppError("UNAUTHENTICATED", {
        message: "no session",
        userMessage: "You are signed out. Sign in again.",
      });
    const { current, next } = parseInput({ schema: changePasswordSchema, input });
    await mutations.changePassword({ prisma: database(), sessions: auth().sessions, visitor, current, next });
    return { ok: true, data: null };
  } catch (error) {
    return toResult(error);
  }
}

/** @returns the one-time password, to be shown once. */
export async function createUser(input: unknown): Promise<CommandResult<{ userId: UserId; password: string }>> {
  return runAsAdmin({
    schema: createUserSchema,
    input,
    run: async ({ actor, input }) => {
      const created = await mutations.createUser({ prisma: database(), actor, input });
      revalidatePath(USERS_PAGE);
      return created;
    },
  });
}

export async function updateUser(input: unknown): Promise<CommandResult<null>> {
  return runAsAdmin({
    schema: updateUserSchema,
    input,
    run: async ({ actor, input }) => {
      await mutations.updateUser({ prisma: database(), sessions: auth().sessions, actor, input });
      revalidatePath(USERS_PAGE);
      return null;
    },
  });
}

/** @returns how many sessions were ended. */
export async function revokeSessions(input: unknown): Promise<CommandResult<{ ended: number }>> {
  return runAsAdmin({
    schema: onUserSchema,
    input,
    run: async ({ actor, input }) => {
      const { userId } = input;
      const ended = await mutations.revokeSessions({ prisma: database(), sessions: auth().sessions, actor, userId });
      revalidatePath(USERS_PAGE);
      return { ended };
    },
  });
}

/** @returns the new one-time password, to be shown once. */
export async function resetPassword(input: unknown): Promise<CommandResult<{ password: string }>> {
  return runAsAdmin({
    schema: onUserSchema,
    input,
    run: async ({ actor, input }) => {
      const { userId } = input;
      const password = await mutations.resetPassword({ prisma: database(), sessions: auth().sessions, actor, userId });
      revalidatePath(USERS_PAGE);
      return { password };
    },
  });
}
