import { z } from "zod";
import { alertSchema } from "./alert";
import {
  actorSchema,
  callInfoSchema,
  callStateSchema,
  endReasonSchema,
  modeSchema,
  monitoringSchema,
  partySchema,
  speakingEndSchema,
  speakingModeSchema,
} from "./call";
import { callFaultSchema } from "./call-fault";
import { suggestionSchema } from "./coaching";
import { callIdSchema, noteIdSchema } from "./ids";
import { sentimentPointSchema, talkMetricsSchema, topicMentionSchema } from "./sentiment";
import { transcriptionLevelSchema, utteranceSchema } from "./transcript";

export const EVENT_VERSION = 1;

/** In every event: `sequence` counts the events of one call from 1 without gaps; `occurredAt` is milliseconds since the epoch. */
const envelope = {
  version: z.literal(EVENT_VERSION),
  callId: callIdSchema,
  sequence: z.number().int().positive(),
  occurredAt: z.number().int(),
};

function event<T extends string, S extends z.ZodRawShape>(type: T, shape: S) {
  return z.object({ type: z.literal(type), ...envelope, ...shape });
}

export const noteSchema = z.object({
  noteId: noteIdSchema,
  text: z.string().min(1).max(2000),
  author: actorSchema,
  at: z.number().int(),
});
export type Note = z.infer<typeof noteSchema>;

/** What the engine says, past tense. The only language between rooms that do not know each other. */
export const domainEventSchema = z.discriminatedUnion("type", [
  /** First event of a call. `state` is PENDING for a new call, another one for a call found on a (re)connect. */
  event("call.arrived", { info: callInfoSchema, state: callStateSchema, mode: modeSchema.nullable() }),
  event("call.answered", {}),
  event("call.answer_failed", callFaultSchema.shape),
  event("call.greeted", { text: z.string().max(500), playedMs: z.number().int().nonnegative() }),
  /** Nobody answered: the caller heard the apology to its end. */
  event("call.apologised", { text: z.string().max(500), playedMs: z.number().int().nonnegative() }),
  event("call.ringing", { attempt: z.number().int().positive(), ringTimeMs: z.number().int().positive() }),
  event("call.connected", { attempt: z.number().int().positive() }),
  event("call.connect_failed", {
    attempt: z.number().int().positive(),
    code: z.string().max(64),
    message: z.string().max(300),
    willRetry: z.boolean(),
  }),
  /** `lost`: gateway out of reach; `left`: we closed, the call goes on without us; `monitored`: back. */
  event("call.monitoring_changed", {
    monitoring: monitoringSchema,
    by: actorSchema,
    detail: z.string().max(300).nullable(),
  }),
  /** `party` put the other one on hold (and hears nobody), or took it back. */
  event("call.hold_changed", { party: partySchema, isHeld: z.boolean() }),
  event("call.ended", { reason: endReasonSchema, by: actorSchema, durationMs: z.number().int().nonnegative() }),
  event("call.faulted", callFaultSchema.shape),

  event("mode.requested", { requestId: z.string().max(64), mode: modeSchema, by: actorSchema }),
  /** The gateway's word. `requestId` is null where the change was not asked for by us. `mode` null: no conference. */
  event("mode.confirmed", {
    requestId: z.string().max(64).nullable(),
    mode: modeSchema.nullable(),
    previous: modeSchema.nullable(),
    by: actorSchema,
  }),
  /** Nothing is known of the mode until the next mode.confirmed: no audio goes out. */
  event("mode.failed", {
    requestId: z.string().max(64),
    mode: modeSchema,
    by: actorSchema,
    code: z.string().max(64),
    message: z.string().max(300),
  }),

  /**
   * Who may speak into the call. At most one supervisor a call; null: nobody holds it. `askedBy`: somebody else would like to, and
   * the holder is asked to hand over.
   */
  event("floor.changed", { holder: actorSchema.nullable(), askedBy: actorSchema.nullable() }),
  /** The gateway takes a supervisor's voice, in this confirmed mode. */
  event("speaking.started", { speakingId: z.string().max(64), mode: speakingModeSchema, by: actorSchema }),
  /**
   * About once a second while a voice is taken: what was certainly taken so far, for the record, should its end never be told. No
   * browser shows it.
   */
  event("speaking.progressed", { speakingId: z.string().max(64), spokenMs: z.number().int().nonnegative() }),
  /** `spokenMs`: what was heard, as far as the gateway tells. `callerClear` as in a whisper's proof; null for barge. */
  event("speaking.ended", {
    speakingId: z.string().max(64),
    mode: speakingModeSchema,
    by: actorSchema,
    spokenMs: z.number().int().nonnegative(),
    reason: speakingEndSchema,
    detail: z.string().max(300).nullable(),
    callerClear: z.boolean().nullable(),
  }),
  /** The agent wants no whispers for now, or wants them again; what is approved meanwhile waits. */
  event("whispers.paused", { isPaused: z.boolean(), by: actorSchema }),
  event("help.asked", { by: actorSchema }),

  event("voice.started", { party: partySchema, atMs: z.number().int().nonnegative() }),
  event("voice.ended", { party: partySchema, atMs: z.number().int().nonnegative() }),
  event("utterance.partial", { utterance: utteranceSchema }),
  event("utterance.final", { utterance: utteranceSchema }),
  /** A partial that turned out to be nothing; take the line away. */
  event("utterance.dropped", { utteranceId: utteranceSchema.shape.utteranceId, party: partySchema }),
  event("transcription.changed", { level: transcriptionLevelSchema, detail: z.string().max(300) }),

  event("sentiment.measured", { point: sentimentPointSchema }),
  event("topics.detected", { mentions: z.array(topicMentionSchema).min(1).max(20) }),
  /** At most one a second. */
  event("talk.measured", { metrics: talkMetricsSchema }),
  event("alert.raised", { alert: alertSchema }),
  event("alert.changed", { alert: alertSchema, by: actorSchema }),

  event("suggestion.proposed", { suggestion: suggestionSchema }),
  /** Any change of a suggestion: a step, a claim, its clip, stale. The whole suggestion as it is now. */
  event("suggestion.changed", { suggestion: suggestionSchema }),

  event("note.added", { note: noteSchema }),
]);

export type DomainEvent = z.infer<typeof domainEventSchema>;
export type DomainEventType = DomainEvent["type"];
export type DomainEventOf<T extends DomainEventType> = Extract<DomainEvent, { type: T }>;

type Envelope = "version" | "sequence" | "occurredAt";
type WithoutEnvelope<E> = E extends DomainEvent ? Omit<E, Envelope> : never;

/** An event as a room publishes it; the bus adds version, sequence and time. */
export type NewDomainEvent = WithoutEnvelope<DomainEvent>;
