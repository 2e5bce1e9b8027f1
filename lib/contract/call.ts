import { z } from "zod";
import { agentIdSchema, callIdSchema, teamIdSchema, userIdSchema } from "./ids";

/**
 * The two people on the phone. "agent" is the human who is supervised: the one who is called, or the one who called out
 * where only that one is an agent. "caller" is the other one, on most calls a customer.
 */
export const partySchema = z.enum(["caller", "agent"]);
export type Party = z.infer<typeof partySchema>;

/** Who hears us. spy: nobody; whisper: the agent only; barge: both. */
export const modeSchema = z.enum(["spy", "whisper", "barge"]);
export type Mode = z.infer<typeof modeSchema>;

/** Modes in which somebody hears us. */
export const speakingModeSchema = z.enum(["whisper", "barge"]);
export type SpeakingMode = z.infer<typeof speakingModeSchema>;

/** Why a supervisor's microphone was closed. All but the first two are closed by us, on any doubt. */
export const speakingEndSchema = z.enum([
  "released",
  "handed-over",
  /** The confirmed mode is not the one that was spoken in any more. */
  "mode-changed",
  /** The browser's connection, tab or session is gone. */
  "disconnected",
  "rights-changed",
  /** The telephone system is out of reach, or refused the voice. */
  "gateway",
  "call-ended",
  /** No frame came for a while. */
  "silent-line",
  /** Earshot itself ended. After a crash, learnt at the next start, at least so much was spoken as the record holds. */
  "earshot-stopped",
]);
export type SpeakingEnd = z.infer<typeof speakingEndSchema>;

/** States of a call as Telcoflow documents them (SDK 0.24). */
export const callStateSchema = z.enum(["PENDING", "ANSWERED", "CONNECTED", "DISCONNECTED"]);
export type CallState = z.infer<typeof callStateSchema>;

/** Whether we still hear the call: `monitored`; `lost` while its gateway is out of reach; `left` after `close()`. */
export const monitoringSchema = z.enum(["monitored", "lost", "left"]);
export type Monitoring = z.infer<typeof monitoringSchema>;

/**
 * After `close()` no telephone system tells when the two hang up, and an end is never invented: a call that was `left` is
 * shown for so long (ms, from its `call.monitoring_changed`) and is then no longer known, without a `call.ended`.
 */
export const LEFT_CALL_KEPT_MS = 10 * 60_000;

/** Who caused something. `system` is Earshot's own flow, `gateway` the telephone system. */
export const actorSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("user"), userId: userIdSchema, name: z.string().max(120) }),
  z.object({ kind: z.literal("system") }),
  z.object({ kind: z.literal("gateway") }),
]);
export type Actor = z.infer<typeof actorSchema>;

/** Seen from the agent. `internal`: both are agents, and the one who is called is the supervised one. */
export const directionSchema = z.enum(["inbound", "outbound", "internal"]);
export type Direction = z.infer<typeof directionSchema>;

export const endReasonSchema = z.enum([
  "caller-hung-up",
  "agent-hung-up",
  "ended-by-supervisor",
  /** The two are apart for good, and at least one of them talks on with somebody else: that is another call. */
  "transferred",
  "unanswered",
  "answer-failed",
  "gateway-ended",
  "gateway-lost",
  "error",
]);
export type EndReason = z.infer<typeof endReasonSchema>;

/** What is known of a call when it arrives. Team and agent are null where the called extension is nobody's. */
export const callInfoSchema = z.object({
  callId: callIdSchema,
  gateway: z.string().max(64),
  /** True where voices are synthetic or replayed; the screen must label it. */
  simulated: z.boolean(),
  direction: directionSchema,
  /** Of the party "caller": on an outbound call the number that was dialled. */
  callerNumber: z.string().max(64),
  callerName: z.string().max(120).nullable(),
  /** The agent's extension, in every direction. */
  calleeNumber: z.string().max(64),
  agentId: agentIdSchema.nullable(),
  agentName: z.string().max(120).nullable(),
  teamId: teamIdSchema.nullable(),
  teamName: z.string().max(120).nullable(),
  /** Milliseconds since the epoch. */
  startedAt: z.number().int(),
});
export type CallInfo = z.infer<typeof callInfoSchema>;

/** @returns whether a call in this state can still change. */
export function isLive(state: CallState): boolean {
  return state !== "DISCONNECTED";
}

/** @returns whether modes exist in this state: only a connected call has a conference. */
export function hasModes(state: CallState): boolean {
  return state === "CONNECTED";
}

/** @returns whether `party` hears us in `mode` (the table of call-control protocol §6). */
export function hears({ party, mode }: { party: Party; mode: Mode }): boolean {
  return mode === "barge" || (mode === "whisper" && party === "agent");
}
