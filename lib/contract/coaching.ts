import { z } from "zod";
import { actorSchema, modeSchema } from "./call";
import { callIdSchema, suggestionIdSchema, utteranceIdSchema } from "./ids";

/** Per team: a person decides (approve), every suggestion is spoken at once (automatic, as in the seed), or none is made. */
export const whisperPolicySchema = z.enum(["approve", "automatic", "off"]);
export type WhisperPolicy = z.infer<typeof whisperPolicySchema>;

export const urgencySchema = z.enum(["low", "normal", "urgent"]);
export type Urgency = z.infer<typeof urgencySchema>;

/**
 * proposed → approved | edited | rejected | expired; approved and edited → speaking → spoken | interrupted | failed.
 * `edited` is an approval with other words. A delivery may also fail before it speaks (approved | edited → failed | interrupted).
 */
export const suggestionStateSchema = z.enum([
  "proposed",
  "approved",
  "edited",
  "rejected",
  "expired",
  "speaking",
  "spoken",
  "interrupted",
  "failed",
]);
export type SuggestionState = z.infer<typeof suggestionStateSchema>;

/** The synthesised audio of a suggestion's text. The clip heard is the clip played: same hash. */
export const clipRefSchema = z.object({
  /** Hex SHA-256 of the s16le samples. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  durationMs: z.number().int().nonnegative(),
});
export type ClipRef = z.infer<typeof clipRefSchema>;

/** What was confirmed around one whisper; `callerClear` says that the gateway sent the caller none of it. */
export const whisperProofSchema = z.object({
  modeBefore: modeSchema.nullable(),
  modeDuring: modeSchema.nullable(),
  modeAfter: modeSchema.nullable(),
  /**
   * True: every sample was played in confirmed whisper mode on a telephone system that enforces modes, or the system gives a
   * whisper to nothing but the agent's own channel. Null: not known.
   */
  callerClear: z.boolean().nullable(),
  playedMs: z.number().int().nonnegative(),
});
export type WhisperProof = z.infer<typeof whisperProofSchema>;

export const suggestionStepSchema = z.object({
  state: suggestionStateSchema,
  /** Milliseconds since the epoch. */
  at: z.number().int(),
  actor: actorSchema,
  /** The words from this step on (an edit changes them). */
  text: z.string().max(500),
  /** Why, for rejected, failed, interrupted and expired. */
  detail: z.string().max(300).nullable(),
});
export type SuggestionStep = z.infer<typeof suggestionStepSchema>;

export const evidenceSchema = z.object({
  utteranceId: utteranceIdSchema,
  quote: z.string().max(500),
  atMs: z.number().int().nonnegative(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** What the agent said to a whisper, at their desk. `repeat` makes another delivery of the same clip. */
export const agentResponseSchema = z.enum(["heard", "not-now", "repeat"]);
export type AgentResponse = z.infer<typeof agentResponseSchema>;

/**
 * Why an approved whisper is not spoken yet, the weightiest first: the agent wants none for now, a supervisor speaks, the agent's
 * phone is on hold (and hears nobody), or the agent is speaking.
 */
export const whisperWaitSchema = z.enum(["agent-paused", "speaker", "hold", "gap"]);
export type WhisperWait = z.infer<typeof whisperWaitSchema>;

export const suggestionSchema = z.object({
  suggestionId: suggestionIdSchema,
  callId: callIdSchema,
  /** Key of the playbook rule, `advisor` for a language model, `supervisor` for a person's own words. */
  rule: z.string().max(64),
  ruleLabel: z.string().max(120),
  urgency: urgencySchema,
  state: suggestionStateSchema,
  /** The words now (after an edit, the edited ones). */
  text: z.string().min(1).max(500),
  originalText: z.string().min(1).max(500),
  reason: z.string().max(300),
  evidence: z.array(evidenceSchema).max(10),
  proposedAt: z.number().int(),
  /** Milliseconds since the epoch; past it an undecided suggestion is `expired`. */
  expiresAt: z.number().int(),
  /** The talk has moved on since: still open, shown as stale. */
  stale: z.boolean(),
  /** Null until synthesised. `clipError` says why it cannot be. */
  clip: clipRefSchema.nullable(),
  clipError: z.string().max(300).nullable(),
  claimedBy: actorSchema.nullable(),
  /** Approved and waiting; `waitingFor` says for what. */
  waitingForPause: z.boolean(),
  waitingFor: whisperWaitSchema.nullable().default(null),
  proof: whisperProofSchema.nullable(),
  /** Null: none (yet). */
  agentResponse: agentResponseSchema.nullable().default(null),
  /** Whose answer it is; null also where it was given before that was kept. */
  agentResponseBy: actorSchema.nullable().default(null),
  steps: z.array(suggestionStepSchema).max(20),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

/** @returns whether a person can still decide. */
export function isOpen(state: SuggestionState): boolean {
  return state === "proposed";
}

/** @returns whether nothing more will happen. */
export function isFinal(state: SuggestionState): boolean {
  return ["rejected", "expired", "spoken", "interrupted", "failed"].includes(state);
}
