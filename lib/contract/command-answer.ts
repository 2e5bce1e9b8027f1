import { z } from "zod";
import { type CommandErrorCode, type CommandResult, commandErrorSchema } from "./command-result";
import { type ClientCommandName, type CommandData, clientCommands } from "./socket-events";

const successSchema = z.object({ ok: z.literal(true), data: z.unknown() });

/** @returns what the server answered to a command; INTERNAL where the contract does not know it. */
export function readResult<N extends ClientCommandName>(name: N, answer: unknown): CommandResult<CommandData<N>> {
  const success = successSchema.safeParse(answer);
  if (success.success) {
    const data = clientCommands[name].data.safeParse(success.data.data);
    if (data.success) return { ok: true, data: data.data as CommandData<N> };
  }
  const error = commandErrorSchema.safeParse(answer);
  return error.success ? error.data : failure("INTERNAL", "The server's answer was not understood; reload the page.");
}

const refusalSchema = z.object({ data: z.object({ code: z.string() }) });

/** @returns the code of a refused connection, as the server's middleware gave it to Socket.IO's `connect_error`; null: it gave none */
export function refusalCode(error: unknown): string | null {
  return refusalSchema.safeParse(error).data?.data.code ?? null;
}

/** A command that was not done, as the server would say it. */
export function failure(code: CommandErrorCode, message: string): Extract<CommandResult<never>, { ok: false }> {
  return { ok: false, code, message, retryable: code !== "INTERNAL" };
}
