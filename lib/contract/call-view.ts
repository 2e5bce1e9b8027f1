import { z } from "zod";
import { alertSchema } from "./alert";
import { callInfoSchema, callStateSchema, endReasonSchema, modeSchema, monitoringSchema, partySchema } from "./call";
import { callFaultSchema } from "./call-fault";
import { suggestionSchema } from "./coaching";
import { noteSchema } from "./domain-events";
import { userIdSchema } from "./ids";
import { sentimentPointSchema, talkMetricsSchema, topicMentionSchema } from "./sentiment";
import { floorSchema, speakingSchema } from "./speaking";
import { transcriptionLevelSchema, utteranceSchema } from "./transcript";

/** Someone who has a call open. Confirmed by the server's own list of sockets. */
export const presenceSchema = z.object({
  userId: userIdSchema,
  name: z.string().max(120),
  since: z.number().int(),
  /** Hears it in the browser now. */
  listening: z.boolean(),
});
export type Presence = z.infer<typeof presenceSchema>;

/** One line of the timeline of interventions: what was asked, what was confirmed. */
export const modeChangeSchema = z.object({
  requestId: z.string().max(64).nullable(),
  requested: modeSchema.nullable(),
  confirmed: modeSchema.nullable(),
  previous: modeSchema.nullable(),
  failed: z.string().max(300).nullable(),
  byName: z.string().max(120),
  at: z.number().int(),
});
export type ModeChange = z.infer<typeof modeChangeSchema>;

/** Everything a call page shows; the truth after a (re)connect. Folded from domain events, also in the browser. */
export const callViewSchema = z.object({
  info: callInfoSchema,
  /** Sequence of the last domain event folded in. */
  sequence: z.number().int().nonnegative(),
  state: callStateSchema,
  monitoring: monitoringSchema,
  /** Confirmed mode; null: none, or not known. */
  mode: modeSchema.nullable(),
  /** A mode change asked for and not yet confirmed. */
  pendingMode: modeSchema.nullable(),
  /** True after mode.failed until a mode is confirmed again. */
  modeUnknown: z.boolean(),
  ringing: z.boolean(),
  /** Who has the other one on hold, as far as is known. */
  heldBy: z.array(partySchema).max(2),
  connectedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  endReason: endReasonSchema.nullable(),
  /** Epoch milliseconds of audio position 0, so that atMs can be shown as a clock. */
  audioStartedAt: z.number().int().nullable(),
  transcription: transcriptionLevelSchema,
  transcriptionDetail: z.string().max(300),
  /** In order of startMs; at most one partial a party. */
  utterances: z.array(utteranceSchema),
  sentiment: z.array(sentimentPointSchema),
  topics: z.array(topicMentionSchema),
  talk: talkMetricsSchema.nullable(),
  callerSpeaking: z.boolean(),
  agentSpeaking: z.boolean(),
  suggestions: z.array(suggestionSchema),
  alerts: z.array(alertSchema),
  modeChanges: z.array(modeChangeSchema),
  floor: floorSchema,
  /** In order of their start; the last one may be open. */
  speakings: z.array(speakingSchema),
  /** The agent wants no whispers for now. */
  whispersPaused: z.boolean(),
  helpAskedAt: z.number().int().nullable(),
  notes: z.array(noteSchema),
  lastError: callFaultSchema.nullable(),
});
export type CallView = z.infer<typeof callViewSchema>;

/** What `call:subscribe` answers. */
export const callSnapshotSchema = z.object({
  sentAt: z.number().int(),
  view: callViewSchema,
  viewers: z.array(presenceSchema),
});
export type CallSnapshot = z.infer<typeof callSnapshotSchema>;
