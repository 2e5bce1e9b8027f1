import { z } from "zod";
import { callStateSchema, endReasonSchema, modeSchema } from "./call";
import { callIdSchema } from "./ids";

/**
 * The call-control protocol (docs/call-control-protocol.md): what the built-in switch serves and the call-control driver speaks.
 * It stands here because both ends share it and neither may import the other.
 */
export const PROTOCOL = "earshot-call-control";
export const PROTOCOL_VERSION = 1;
export const CONTROL_PATH = "/v1/control";
/** Followed by the call id. */
export const MEDIA_PATH = "/v1/media/";
/** API key: `Authorization: Bearer KEY`. mTLS: a client certificate on wss, no header. */
export const CONNECTOR_HEADER = "x-connector-id";
export const MAX_TEXT_BYTES = 64 * 1024;
export const MAX_BINARY_BYTES = 16 + 24_000 * 2;

export const sampleRateSchema = z.union([z.literal(8000), z.literal(16_000), z.literal(24_000)]);

export const errorCodeSchema = z.enum([
  "BAD_MESSAGE",
  "BAD_FRAME",
  "TOO_LARGE",
  "UNAUTHENTICATED",
  "UNSUPPORTED_VERSION",
  "UNKNOWN_CALL",
  "WRONG_STATE",
  "BUSY",
  "CALL_UNANSWERED",
  "CALL_CLOSED",
  "MODE_NOT_CONFIRMED",
  "MODE_MISMATCH",
  "CREDIT_EXCEEDED",
  "RATE_LIMITED",
  "TIMEOUT",
  "INTERNAL",
]);
export type ProtocolErrorCode = z.infer<typeof errorCodeSchema>;

const wireError = z.object({ code: errorCodeSchema, message: z.string().max(300), retryable: z.boolean() });

const capabilities = z.object({
  perPartyAudio: z.boolean(),
  modes: z.array(modeSchema),
  flush: z.boolean(),
  mark: z.boolean(),
  /** The voices are synthetic or replayed, unless a call says otherwise. */
  simulated: z.boolean(),
  /** Takes a `play` that is live. */
  liveVoice: z.boolean().default(false),
});

/** First message in both directions on both connections. */
export const serverHelloSchema = z.object({
  type: z.literal("hello"),
  protocol: z.literal(PROTOCOL),
  version: z.literal(PROTOCOL_VERSION),
  sampleRate: sampleRateSchema,
  frameMs: z.number().int().positive(),
  heartbeatMs: z.number().int().positive(),
  capabilities,
});
export const clientHelloSchema = z.object({
  type: z.literal("hello"),
  protocol: z.literal(PROTOCOL),
  version: z.number().int(),
  sampleRate: sampleRateSchema,
  name: z.string().max(64),
});

/** The two people on the phone, as tracks and holds name them. */
export const wirePartySchema = z.enum(["caller", "callee"]);
export type WireParty = z.infer<typeof wirePartySchema>;

export const wireCallSchema = z.object({
  callId: callIdSchema,
  state: callStateSchema,
  mode: modeSchema.nullable(),
  callerNumber: z.string().max(64),
  callerName: z.string().max(120).nullable(),
  calleeNumber: z.string().max(64),
  calleeName: z.string().max(120).nullable(),
  startedAt: z.number().int(),
  /** Absent: as the hello says of the whole server. */
  simulated: z.boolean().optional(),
  /** Whose phones hold the call now. Absent: the server does not tell, and nothing has changed. */
  holding: z.array(wirePartySchema).max(2).optional(),
});
export type WireCall = z.infer<typeof wireCallSchema>;

const callEvent = { callId: callIdSchema, at: z.number().int() };
const ping = z.object({ type: z.literal("ping"), id: z.string().max(64) });
const pong = z.object({ type: z.literal("pong"), id: z.string().max(64) });
const errorMessage = z.object({ type: z.literal("error"), id: z.string().max(64).nullable(), error: wireError });

/** Control connection, server → client. */
export const controlServerMessageSchema = z.discriminatedUnion("type", [
  serverHelloSchema,
  /** Resync: every live call; sent right after each client hello. */
  z.object({ type: z.literal("calls"), calls: z.array(wireCallSchema).max(1000) }),
  z.object({ type: z.literal("call.incoming"), at: z.number().int(), call: wireCallSchema }),
  z.object({ type: z.literal("call.answered"), ...callEvent }),
  z.object({ type: z.literal("call.answer_failed"), ...callEvent, error: wireError }),
  z.object({ type: z.literal("call.ringing"), ...callEvent, ringTimeSeconds: z.number() }),
  z.object({ type: z.literal("call.connected"), ...callEvent, mode: modeSchema }),
  z.object({ type: z.literal("call.connect_failed"), ...callEvent, error: wireError }),
  z.object({ type: z.literal("call.mode_changed"), ...callEvent, mode: modeSchema, previous: modeSchema.nullable() }),
  /** The phone of `party` put the call on hold, so that this party hears nobody, or took it back. */
  z.object({ type: z.literal("call.hold_changed"), ...callEvent, party: wirePartySchema, held: z.boolean() }),
  z.object({
    type: z.literal("call.terminated"),
    ...callEvent,
    reason: endReasonSchema,
    continuesWithoutUs: z.boolean(),
  }),
  z.object({ type: z.literal("call.error"), ...callEvent, error: wireError }),
  ping,
  pong,
  errorMessage,
]);
export type ControlServerMessage = z.infer<typeof controlServerMessageSchema>;

/** Control connection, client → server. */
export const controlClientMessageSchema = z.discriminatedUnion("type", [clientHelloSchema, ping, pong]);
export type ControlClientMessage = z.infer<typeof controlClientMessageSchema>;

export const wireCommandSchema = z.enum([
  "answer",
  "connect",
  "spy",
  "whisper",
  "barge",
  "close",
  "disconnect",
  "interrupt",
]);
export type WireCommand = z.infer<typeof wireCommandSchema>;

const playId = z.number().int().min(1).max(0xffffffff);

/**
 * Announces a clip of so many `samples`, or, with `live`, a voice whose length nobody knows; the server answers with credit.
 * `mode` null: for the ANSWERED state, where only the caller hears us.
 */
const play = z
  .object({
    type: z.literal("play"),
    playId,
    mode: modeSchema.nullable(),
    samples: z.number().int().positive().optional(),
    live: z.literal(true).optional(),
  })
  .refine(({ samples, live }) => (samples === undefined) === (live === true), {
    path: ["samples"],
    message: "a clip names its samples, a live voice has none",
  });

/** Media connection, client → server (text). */
export const mediaClientMessageSchema = z.discriminatedUnion("type", [
  clientHelloSchema,
  z.object({
    type: z.literal("command"),
    id: z.string().min(1).max(64),
    command: wireCommandSchema,
    /** connect only. */
    ringTimeSeconds: z.number().min(1).max(600).optional(),
  }),
  play,
  /** No more frames of this clip or voice; `drained` follows when the last one was heard. */
  z.object({ type: z.literal("end"), playId }),
  ping,
  pong,
]);
export type MediaClientMessage = z.infer<typeof mediaClientMessageSchema>;

/** Media connection, server → client (text). */
export const mediaServerMessageSchema = z.discriminatedUnion("type", [
  serverHelloSchema,
  /** After the hellos: the call as it is, also on a resume. */
  z.object({ type: z.literal("call"), call: wireCallSchema }),
  z.object({
    type: z.literal("result"),
    id: z.string().max(64),
    ok: z.boolean(),
    state: callStateSchema,
    /** The confirmed mode. */
    mode: modeSchema.nullable(),
    /** interrupt only: samples thrown away. */
    flushedSamples: z.number().int().nonnegative().optional(),
    error: wireError.optional(),
  }),
  /** The server pulls: so many more samples of this clip may be sent. */
  z.object({ type: z.literal("credit"), playId, samples: z.number().int().positive() }),
  /** The last sample of the clip was heard (or thrown away: then playedSamples < what was sent). */
  z.object({ type: z.literal("drained"), playId, playedSamples: z.number().int().nonnegative() }),
  /** Audio not played, and why; `samples` of this clip so far. The rest of the clip is refused too. */
  z.object({ type: z.literal("refused"), playId, code: errorCodeSchema, samples: z.number().int().nonnegative() }),
  z.object({
    type: z.literal("call.terminated"),
    ...callEvent,
    reason: endReasonSchema,
    continuesWithoutUs: z.boolean(),
  }),
  ping,
  pong,
  errorMessage,
]);
export type MediaServerMessage = z.infer<typeof mediaServerMessageSchema>;

/** Bytes before the samples of a binary frame. */
export const FRAME_HEADER_BYTES = 16;
export const FRAME_VERSION = 1;
/** Track byte: whose voice it is; `outbound` is ours. */
export const TRACK = { caller: 0, callee: 1, mixed: 2, outbound: 255 } as const;
/** Mode byte of an outbound frame: the mode it is meant for; 0 is the ANSWERED state (only the caller hears us). */
export const MODE_BYTE = { none: 0, spy: 1, whisper: 2, barge: 3 } as const;

export type WireFrame = {
  track: keyof typeof TRACK;
  mode: keyof typeof MODE_BYTE;
  /** Counts frames of this track (inbound) or of this clip (outbound) from 0. */
  sequence: number;
  /** 0 on inbound frames. */
  playId: number;
  /** Position of the first sample on the call's audio clock, in samples (inbound); 0 on outbound frames. */
  position: number;
  samples: Int16Array;
};

const trackByByte = new Map<number, keyof typeof TRACK>([
  [TRACK.caller, "caller"],
  [TRACK.callee, "callee"],
  [TRACK.mixed, "mixed"],
  [TRACK.outbound, "outbound"],
]);
const modeByByte = new Map<number, keyof typeof MODE_BYTE>([
  [MODE_BYTE.none, "none"],
  [MODE_BYTE.spy, "spy"],
  [MODE_BYTE.whisper, "whisper"],
  [MODE_BYTE.barge, "barge"],
]);

/**
 * Layout, little endian: u8 version, u8 track, u8 mode, u8 0, u32 sequence, u32 playId, u32 position, then s16le samples.
 * @returns a fresh buffer.
 */
export function encodeFrame(frame: WireFrame): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + frame.samples.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FRAME_VERSION);
  view.setUint8(1, TRACK[frame.track]);
  view.setUint8(2, MODE_BYTE[frame.mode]);
  view.setUint32(4, frame.sequence, true);
  view.setUint32(8, frame.playId, true);
  view.setUint32(12, frame.position, true);
  new Uint8Array(bytes.buffer, FRAME_HEADER_BYTES).set(
    new Uint8Array(frame.samples.buffer, frame.samples.byteOffset, frame.samples.byteLength),
  );
  return bytes;
}

/** @returns the frame, or the reason why the bytes are none (never throws). */
export function decodeFrame(bytes: Uint8Array): { ok: true; frame: WireFrame } | { ok: false; reason: string } {
  if (bytes.byteLength < FRAME_HEADER_BYTES + 2)
    return { ok: false, reason: `a frame has at least ${FRAME_HEADER_BYTES + 2} bytes, got ${bytes.byteLength}` };
  if (bytes.byteLength > MAX_BINARY_BYTES)
    return { ok: false, reason: `a frame has at most ${MAX_BINARY_BYTES} bytes, got ${bytes.byteLength}` };
  if ((bytes.byteLength - FRAME_HEADER_BYTES) % 2 !== 0)
    return { ok: false, reason: "samples are 16 bit: an even number of bytes" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(0);
  if (version !== FRAME_VERSION) return { ok: false, reason: `frame version ${version}, expected ${FRAME_VERSION}` };
  const track = trackByByte.get(view.getUint8(1));
  if (track === undefined) return { ok: false, reason: `unknown track ${view.getUint8(1)}` };
  const mode = modeByByte.get(view.getUint8(2));
  if (mode === undefined) return { ok: false, reason: `unknown mode ${view.getUint8(2)}` };
  // A copy: the socket's buffer may not be aligned to 16 bits, and is not ours to keep. (`slice` of a Buffer copies nothing.)
  const samples = new Int16Array((bytes.byteLength - FRAME_HEADER_BYTES) / 2);
  new Uint8Array(samples.buffer).set(bytes.subarray(FRAME_HEADER_BYTES));
  return {
    ok: true,
    frame: {
      track,
      mode,
      sequence: view.getUint32(4, true),
      playId: view.getUint32(8, true),
      position: view.getUint32(12, true),
      samples,
    },
  };
}
