import { z } from "zod";
import { alertSchema } from "./alert";
import { boardRowSchema, boardSnapshotSchema } from "./board";
import { modeSchema, speakingEndSchema, speakingModeSchema } from "./call";
import { callSnapshotSchema, presenceSchema } from "./call-view";
import { agentResponseSchema, suggestionSchema } from "./coaching";
import type { CommandResult } from "./command-result";
import { deskViewSchema } from "./desk";
import { domainEventSchema, noteSchema } from "./domain-events";
import { gatewayReportSchema } from "./gateway-status";
import { listenCodecSchema } from "./headset";
import { alertIdSchema, callIdSchema, suggestionIdSchema, teamIdSchema } from "./ids";
import { floorSchema, type SPEAK_FRAME, speakFaultSchema } from "./speaking";
import { transcriptionLevelSchema } from "./transcript";

export const SOCKET_VERSION = 1;

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
   * Domain events of a call this socket subscribed to, in order: all that browsers are shown after the sequence number `after`.
   * Numbers missing between it and the last event are partials that a later partial of the same message has replaced, and
   * `speaking.progressed`.
   */
  "call:events": z.object({
    version,
    sentAt: z.number().int(),
    callId: callIdSchema,
    after: z.number().int().nonnegative(),
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

const onCall = z.object({ version, callId: callIdSchema });
const onSuggestion = onCall.extend({ suggestionId: suggestionIdSchema });
const none = z.object({});

/** Browser → server, each acknowledged with a CommandResult. `payload` in, `data` of the result out. */
export const clientCommands = {
  "board:subscribe": { payload: z.object({ version }), data: boardSnapshotSchema },
  /** The server's clock (epoch milliseconds), from which the browser tells round trip and clock offset. */
  "clock:read": { payload: z.object({ version }), data: z.object({ at: z.number().int() }) },
  "call:subscribe": { payload: onCall, data: callSnapshotSchema },
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
  /** Answered once the microphone is closed; after that the mode goes back to what it was before. */
  "speak:stop": { payload: onCall, data: none },
  /** For agents: their own call, now and in `desk:updated`. */
  "desk:subscribe": { payload: z.object({ version }), data: z.object({ call: deskViewSchema.nullable() }) },
  "desk:respond": { payload: onSuggestion.extend({ response: agentResponseSchema }), data: none },
  "desk:pause-whispers": { payload: onCall.extend({ paused: z.boolean() }), data: none },
  "desk:ask-help": { payload: onCall, data: none },
} as const;

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
} & { [SPEAK_FRAME]: (frame: Uint8Array) => void };
