import type { CommandError, CommandErrorCode } from "@/lib/contract/command-result";

/**
 * An expected failure. `message` is for us and the log; `userMessage` is for people: what happened and what to do.
 * One place per transport maps it (realtime/on-command, route handlers).
 */
export class AppError extends Error {
  readonly code: CommandErrorCode;
  readonly userMessage: string;
  readonly retryable: boolean;
  readonly field: string | undefined;

  constructor(
    code: CommandErrorCode,
    options: { message: string; userMessage?: string; retryable?: boolean; field?: string; cause?: unknown },
  ) {
    super(options.message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.userMessage = options.userMessage ?? options.message;
    this.retryable = options.retryable ?? false;
    this.field = options.field;
  }
}

/** @returns the error as the browser may see it; anything unexpected becomes INTERNAL without its words. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof AppError) {
    return {
      ok: false,
      code: error.code,
      message: error.userMessage.slice(0, 400),
      retryable: error.retryable,
      ...(error.field ? { field: error.field } : {}),
    };
  }
  return {
    ok: false,
    code: "INTERNAL",
    message: "Something went wrong on the server. It has been logged; try again.",
    retryable: true,
  };
}
