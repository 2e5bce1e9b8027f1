import type { z } from "zod";
import type { Actor } from "@/lib/contract/call";
import type { CommandError, CommandResult } from "@/lib/contract/command-result";
import { AppError, toCommandError } from "@/lib/platform/errors";
import { canAdminister } from "./ability";
import { actorOf } from "./audit";
import { currentVisitor } from "./loaders";
import { auth } from "./service";

/** @throws AppError UNAUTHENTICATED, FORBIDDEN */
async function requireAdminActor(): Promise<Actor> {
  const visitor = await currentVisitor();
  if (!visitor || visitor.mustChangePassword)
    throw new AppError("UNAUTHENTICATED", {
      message: "no viewer",
      userMessage: "You are signed out. Sign in again; nothing was changed.",
    });
  if (!canAdminister(visitor.viewer))
    throw new AppError("FORBIDDEN", { message: "not an admin", userMessage: "Only admins can change this." });
  return actorOf(visitor.viewer);
}

/**
 * The frame of every action of the settings: first who asks, then what is asked, then the work.
 * Failures come back as a result with the field at fault; an action never throws to the browser.
 */
export async function runAsAdmin<S extends z.ZodType, T>(options: {
  schema: S;
  input: unknown;
  run: (request: { actor: Actor; input: z.output<S> }) => Promise<T>;
}): Promise<CommandResult<T>> {
  try {
    const actor = await requireAdminActor();
    return { ok: true, data: await options.run({ actor, input: parseInput(options) }) };
  } catch (error) {
    return toResult(error);
  }
}

/** An action's failure as its result; the unexpected is logged, because the browser is not told its words. */
export function toResult(error: unknown): CommandError {
  if (!(error instanceof AppError)) auth().logger.error({ err: error }, "action failed");
  return toCommandError(error);
}

/** @throws AppError INVALID that names the first faulty field. */
export function parseInput<S extends z.ZodType>(options: { schema: S; input: unknown }): z.output<S> {
  const parsed = options.schema.safeParse(options.input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError("INVALID", {
    message: "invalid input",
    userMessage: issue?.message ?? "Something in the form is not valid.",
    field: issue?.path.join(".") ?? "",
  });
}
