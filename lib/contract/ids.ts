import { z } from "zod";

/** An id as it may come from a gateway, a browser or the database: short, printable, safe in a path and in a room name. */
const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dot, dash and underscore only");

export const callIdSchema = id.brand<"CallId">();
export const utteranceIdSchema = id.brand<"UtteranceId">();
export const suggestionIdSchema = id.brand<"SuggestionId">();
export const alertIdSchema = id.brand<"AlertId">();
export const noteIdSchema = id.brand<"NoteId">();
export const teamIdSchema = id.brand<"TeamId">();
export const agentIdSchema = id.brand<"AgentId">();
export const userIdSchema = id.brand<"UserId">();

export type CallId = z.infer<typeof callIdSchema>;
export type UtteranceId = z.infer<typeof utteranceIdSchema>;
export type SuggestionId = z.infer<typeof suggestionIdSchema>;
export type AlertId = z.infer<typeof alertIdSchema>;
export type TeamId = z.infer<typeof teamIdSchema>;
export type AgentId = z.infer<typeof agentIdSchema>;
export type UserId = z.infer<typeof userIdSchema>;
