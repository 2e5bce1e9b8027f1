import { z } from "zod";

export const commandErrorCodeSchema = z.enum([
  "INVALID",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "CONFLICT",
  "WRONG_STATE",
  "RATE_LIMITED",
  "GATEWAY",
  "TIMEOUT",
  "UNAVAILABLE",
  "INTERNAL",
]);
export type CommandErrorCode = z.infer<typeof commandErrorCodeSchema>;

export const commandErrorSchema = z.object({
  ok: z.literal(false),
  code: commandErrorCodeSchema,
  /** For people: what happened and what to do. */
  message: z.string().max(400),
  /** The faulty field of an INVALID payload. */
  field: z.string().max(120).optional(),
  retryable: z.boolean(),
});
export type CommandError = z.infer<typeof commandErrorSchema>;
export type CommandResult<T> = { ok: true; data: T } | CommandError;
