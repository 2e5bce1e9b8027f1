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
import { agentResponseSchema, suggestionSchema, suggestionStateSchema } from "./coaching";
import { domainEventSchema, noteSchema } from "./domain-events";
import { listenCodecSchema } from "./headset";
import { alertIdSchema, callIdSchema, suggestionIdSchema, teamIdSchema, userIdSchema } from "./ids";
import { sentimentPointSchema, talkMetricsSchema, topicMentionSchema, trendSchema } from "./sentiment";
import { transcriptionLevelSchema, utteranceSchema } from "./transcript";

export const SOCKET_VERSION = 1;

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

/** One stretch of a supervisor's own voice. `endedAt` null: the microphone is open. */
export const speakingSchema = z.object({
  speakingId: z.string().max(64),
  mode: speakingModeSchema,
  by: actorSchema,
  startedAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  spokenMs: z.number().int().nonnegative(),
  reason: speakingEndSchema.nullable(),
  callerClear: z.boolean().nullable(),
});
export type Speaking = z.infer<typeof speakingSchema>;

/** Who may speak into a call, and who would like to. */
export const floorSchema = z.object({ holder: actorSchema.nullable(), askedBy: actorSchema.nullable() });
export type Floor = z.infer<typeof floorSchema>;

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
  /** Who speaks into it now. */
  speaker: z.object({ name: z.string().max(120), mode: speakingModeSchema }).nullable(),
  helpAskedAt: z.number().int().nullable(),
  /** When anyone last had the call open; null: nobody yet. */
  lastLookedAt: z.number().int().nullable(),
  transcription: transcriptionLevelSchema,
  /** The last final line, for the card view. */
  lastLine: z.string().max(300).nullable(),
});
export type BoardRow = z.infer<typeof boardRowSchema>;

/** Name of the built-in switch among the telephone systems. */
export const BUILT_IN_SWITCH = "built-in";

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

/** Why a microphone's frame was not taken. */
export const speakFaultSchema = z.enum([
  "BAD_FRAME",
  "TOO_LARGE",
  /** No microphone of this socket is open, or another one is. */
  "NOT_SPEAKING",
  "MODE_MISMATCH",
  "RATE_LIMITED",
  "UNAUTHENTICATED",
]);
export type SpeakFault = z.infer<typeof speakFaultSchema>;

const version = z.literal(SOCKET_VERSION);

/** What an agent sees of their own call: no suggestion that nobody approved, no mood, no score. */
export const deskViewSchema = z.object({
  callId: callIdSchema,
  state: callStateSchema,
  callerNumber: z.string().max(64),
  callerName: z.string().max(120).nullable(),
  connectedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  /** Approved ones only, the newest last. */
  whispers: z
    .array(
      z.object({
        suggestionId: suggestionIdSchema,
        text: z.string().max(500),
        state: suggestionStateSchema,
        at: z.number().int(),
        response: agentResponseSchema.nullable(),
      }),
    )
    .max(20),
  whispersPaused: z.boolean(),
  helpAskedAt: z.number().int().nullable(),
  /** Who hears the call; null: the team's policy does not tell. */
  listeners: z.array(z.string().max(120)).max(20).nullable(),
  /** Who speaks to the agent now. */
  speaker: z.object({ name: z.string().max(120), mode: speakingModeSchema }).nullable(),
});
export type DeskView = z.infer<typeof deskViewSchema>;

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
  /** A call that this socket subscribed to is not the viewer's any more: no more of it comes. */
  "call:withdrawn": z.object({ version, sentAt: z.number().int(), callId: callIdSchema }),
  /** Every two seconds and on change: proof of life, and the state of what Earshot depends on. */
  "status:updated": z.object({
    version,
    sentAt: z.number().int(),
    gateways: z.array(gatewayReportSchema),
    transcription: transcriptionLevelSchema,
    demonstration: z.boolean(),
  }),
  /** Sound of the call this socket listens to: one or more of contract/headset's packets of 20 ms. Lost rather than late. */
  "listen:packet": z.instanceof(Uint8Array),
  /** This socket hears nothing any more: the call ended, is out of reach, or is not the viewer's any more. */
  "listen:ended": z.object({
    version,
    sentAt: z.number().int(),
    callId: callIdSchema,
    streamId: z.number().int(),
    reason: z.string().max(300),
  }),
  /** The microphone must close now; nothing of it is taken any more. */
  "speak:closed": z.object({
    version,
    sentAt: z.number().int(),
    callId: callIdSchema,
    speakingId: z.number().int(),
    reason: speakingEndSchema,
    message: z.string().max(300),
  }),
  /** Frames of this socket that were refused since the last such message, at most one a second. */
  "speak:refused": z.object({
    version,
    sentAt: z.number().int(),
    code: speakFaultSchema,
    message: z.string().max(300),
    frames: z.number().int().positive(),
  }),
  /** An agent's own call; null: none. */
  "desk:updated": z.object({ version, sentAt: z.number().int(), call: deskViewSchema.nullable() }),
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
  /** One call a socket: another one that it listened to ends. `codecs`: what the browser decodes, the best first. */
  "listen:start": {
    payload: onCall.extend({ codecs: z.array(listenCodecSchema).min(1).max(4) }),
    data: z.object({
      streamId: z.number().int(),
      codec: listenCodecSchema,
      perPartyAudio: z.boolean(),
    }),
  },
  "listen:stop": { payload: z.object({ version }), data: none },
  /** CONFLICT names who holds it. */
  "floor:claim": { payload: onCall, data: floorSchema },
  /** Asks the holder to hand over. */
  "floor:ask": { payload: onCall, data: floorSchema },
  /** To who asked; the holder's microphone closes. */
  "floor:hand-over": { payload: onCall, data: floorSchema },
  "floor:release": { payload: onCall, data: floorSchema },
  /** Claims the floor where it is free, brings the call into `mode` and opens the microphone: confirmed when the answer is ok. */
  "speak:start": {
    payload: onCall.extend({ mode: speakingModeSchema }),
    data: z.object({ speakingId: z.number().int(), mode: speakingModeSchema }),
  },
  /** The mode goes back to what it was before. */
  "speak:stop": { payload: onCall, data: none },
  /** For agents: their own call, now and in `desk:updated`. */
  "desk:subscribe": { payload: z.object({ version }), data: z.object({ call: deskViewSchema.nullable() }) },
  "desk:respond": { payload: onSuggestion.extend({ response: agentResponseSchema }), data: none },
  "desk:pause-whispers": { payload: onCall.extend({ paused: z.boolean() }), data: none },
  "desk:ask-help": { payload: onCall, data: none },
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

/** Browser → server, without an answer: contract/headset's frame. What is refused is told in `speak:refused`. */
export const SPEAK_FRAME = "speak:frame";

/** The two catalogues as Socket.IO's event maps. */
export type ServerToClientEvents = { [N in ServerEventName]: (payload: ServerEventPayload<N>) => void };
export type ClientToServerEvents = {
  [N in ClientCommandName]: (
    payload: CommandInput<N>,
    acknowledge: (result: CommandResult<CommandData<N>>) => void,
  ) => void;
} & { [SPEAK_FRAME]: (frame: Uint8Array) => void };
