import { z } from "zod";
import { alertSchema } from "./alert";
import { callInfoSchema, callStateSchema, endReasonSchema, modeSchema, monitoringSchema, partySchema } from "./call";
import { suggestionSchema } from "./coaching";
import { domainEventSchema, noteSchema } from "./domain-events";
import { alertIdSchema, callIdSchema, suggestionIdSchema, teamIdSchema, userIdSchema } from "./ids";
import { sentimentPointSchema, talkMetricsSchema, topicMentionSchema, trendSchema } from "./sentiment";
import { transcriptionLevelSchema, utteranceSchema } from "./transcript";

export const SOCKET_VERSION = 1;

/** Someone who has a call open. Confirmed by the server's own list of sockets. */
export const presenceSchema = z.object({ userId: userIdSchema, name: z.string().max(120), since: z.number().int() });
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
  notes: z.array(noteSchema),
  lastError: z.string().max(400).nullable(),
});
export type CallView = z.infer<typeof callViewSchema>;

/** One row of the live board. Small: it goes out a few times a second. */
export const boardRowSchema = z.object({
  info: callInfoSchema,
  state: callStateSchema,
  monitoring: monitoringSchema,
  ringing: z.boolean(),
  heldBy: z.array(partySchema).max(2),
  mode: modeSchema.nullable(),
  pendingMode: modeSchema.nullable(),
  connectedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  /** Rolling customer sentiment; null until the first customer utterance. */
  mood: z.number().min(-1).max(1).nullable(),
  trend: trendSchema.nullable(),
  /** The last 12 customer scores. */
  sparkline: z.array(z.number().min(-1).max(1)).max(12),
  topics: z.array(z.object({ key: z.string(), label: z.string() })).max(4),
  alerts: z.array(alertSchema).max(5),
  openSuggestions: z.array(suggestionSchema).max(5),
  viewers: z.array(presenceSchema).max(20),
  /** When anyone last had the call open; null: nobody yet. */
  lastLookedAt: z.number().int().nullable(),
  transcription: transcriptionLevelSchema,
  /** The last final line, for the card view. */
  lastLine: z.string().max(300).nullable(),
});
export type BoardRow = z.infer<typeof boardRowSchema>;

export const gatewayStatusSchema = z.object({
  name: z.string().max(64),
  driver: z.string().max(64),
  simulated: z.boolean(),
  state: z.enum(["connecting", "up", "down"]),
  /** Round trip of the last heartbeat, milliseconds. */
  latencyMs: z.number().nonnegative().nullable(),
  reconnects: z.number().int().nonnegative(),
  detail: z.string().max(300).nullable(),
});
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>;

/** A status as the screen gets it. `since`: when it came into this state, epoch milliseconds. */
export const gatewayReportSchema = gatewayStatusSchema.extend({ since: z.number().int() });
export type GatewayReport = z.infer<typeof gatewayReportSchema>;

const version = z.literal(SOCKET_VERSION);

/** Server → browser. Every payload carries `version` and the server's clock, from which the age of data is told. */
export const serverEvents = {
  /** Coalesced, a few a second. `sequence` counts this team's updates without gaps. teamId null: calls of nobody's extension (admins). */
  "board:updated": z.object({
    version,
    sentAt: z.number().int(),
    teamId: teamIdSchema.nullable(),
    sequence: z.number().int().positive(),
    rows: z.array(boardRowSchema),
    removed: z.array(callIdSchema),
  }),
  /**
   * Domain events of a call this socket subscribed to, in order. The first follows the last one sent without a gap; numbers
   * missing inside one message are partials that a later partial of the same message has replaced.
   */
  "call:events": z.object({
    version,
    sentAt: z.number().int(),
    callId: callIdSchema,
    events: z.array(domainEventSchema).min(1),
  }),
  "call:presence": z.object({
    version,
    sentAt: z.number().int(),
    callId: callIdSchema,
    viewers: z.array(presenceSchema),
  }),
  /** Every two seconds and on change: proof of life, and the state of what Earshot depends on. */
  "status:updated": z.object({
    version,
    sentAt: z.number().int(),
    gateways: z.array(gatewayReportSchema),
    transcription: transcriptionLevelSchema,
    demonstration: z.boolean(),
  }),
  /** The session was ended or its rights changed; the browser must sign in or load again. */
  "session:ended": z.object({ version, sentAt: z.number().int(), reason: z.string().max(200) }),
} as const;

const boardSnapshot = z.object({
  sentAt: z.number().int(),
  teams: z.array(
    z.object({ teamId: teamIdSchema.nullable(), name: z.string(), sequence: z.number().int().nonnegative() }),
  ),
  rows: z.array(boardRowSchema),
});
export type BoardSnapshot = z.infer<typeof boardSnapshot>;
const callSnapshot = z.object({ sentAt: z.number().int(), view: callViewSchema, viewers: z.array(presenceSchema) });
export type CallSnapshot = z.infer<typeof callSnapshot>;

const onCall = z.object({ version, callId: callIdSchema });
const onSuggestion = onCall.extend({ suggestionId: suggestionIdSchema });
const none = z.object({});

/** Browser → server, each acknowledged with a CommandResult. `payload` in, `data` of the result out. */
export const clientCommands = {
  "board:subscribe": { payload: z.object({ version }), data: boardSnapshot },
  /** The server's clock (epoch milliseconds), from which the browser tells round trip and clock offset. */
  "clock:read": { payload: z.object({ version }), data: z.object({ at: z.number().int() }) },
  "call:subscribe": { payload: onCall, data: callSnapshot },
  "call:unsubscribe": { payload: onCall, data: none },
  /** Confirmed when the answer is ok: `mode` is the gateway's word. */
  "call:set-mode": { payload: onCall.extend({ mode: modeSchema }), data: z.object({ mode: modeSchema }) },
  "call:leave": { payload: onCall, data: none },
  "call:end": { payload: onCall, data: none },
  "call:add-note": { payload: onCall.extend({ text: z.string().trim().min(1).max(2000) }), data: noteSchema },
  "suggestion:claim": { payload: onSuggestion.extend({ claimed: z.boolean() }), data: suggestionSchema },
  /** `text` given: edited, then approved. `force`: do not wait for a pause in the agent's speech. */
  "suggestion:approve": {
    payload: onSuggestion.extend({
      text: z.string().trim().min(1).max(500).optional(),
      force: z.boolean().default(false),
    }),
    data: suggestionSchema,
  },
  "suggestion:reject": {
    payload: onSuggestion.extend({ reason: z.string().trim().max(300).optional() }),
    data: suggestionSchema,
  },
  /** A supervisor's own words, approved as they are sent. */
  "suggestion:compose": {
    payload: onCall.extend({ text: z.string().trim().min(1).max(500), force: z.boolean().default(false) }),
    data: suggestionSchema,
  },
  /** Stop a whisper that is being spoken. */
  "suggestion:interrupt": { payload: onSuggestion, data: suggestionSchema },
  "alert:dismiss": { payload: onCall.extend({ alertId: alertIdSchema, wrong: z.boolean() }), data: alertSchema },
} as const;

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

export type ServerEventName = keyof typeof serverEvents;
export type ServerEventPayload<N extends ServerEventName> = z.infer<(typeof serverEvents)[N]>;
export type ClientCommandName = keyof typeof clientCommands;
/** As the browser writes it (defaults may be left out). */
export type CommandInput<N extends ClientCommandName> = z.input<(typeof clientCommands)[N]["payload"]>;
/** As the server reads it, after parsing. */
export type CommandPayload<N extends ClientCommandName> = z.output<(typeof clientCommands)[N]["payload"]>;
export type CommandData<N extends ClientCommandName> = z.infer<(typeof clientCommands)[N]["data"]>;

/** The two catalogues as Socket.IO's event maps. */
export type ServerToClientEvents = { [N in ServerEventName]: (payload: ServerEventPayload<N>) => void };
export type ClientToServerEvents = {
  [N in ClientCommandName]: (
    payload: CommandInput<N>,
    acknowledge: (result: CommandResult<CommandData<N>>) => void,
  ) => void;
};
