import { z } from "zod";
import { FRAME_SAMPLES } from "./audio-frame";
import { errorCodeSchema } from "./call-control";
import { callIdSchema, userIdSchema } from "./ids";

/** The softphone's line (docs/softphone.md): a browser's WebSocket, which the web server passes on to the built-in switch. */
export const SOFTPHONE_PROTOCOL = "earshot-softphone";
export const SOFTPHONE_VERSION = 1;
/** On the web server; `?as=agent` or `?as=guest`. */
export const LINE_PATH = "/phone/line";
/** On the switch, which only the web server reaches. */
export const PHONE_PATH = "/v1/phone";
/** Written by the web server alone: who the phone belongs to. */
export const PHONE_HEADERS = {
  ...{ role: "x-phone-role", userId: "x-phone-user" },
  ...{ extension: "x-phone-extension", name: "x-phone-name" },
} as const;
/** A line on which nothing came for so long (milliseconds) is given up, by either end. Long, as busy machines stall for seconds. */
export const SILENT_MS = 5000;
/** A phone that has no line for longer (milliseconds) hangs up. */
export const RESUME_MS = 10_000;

export const lineRoleSchema = z.enum(["agent", "guest"]);
export type LineRole = z.infer<typeof lineRoleSchema>;
export const extensionSchema = z.string().regex(/^[\d*#]{1,16}$/, "digits, * and #");

const phoneName = z
  .string()
  .trim()
  .max(60)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, "no control characters");

/** Whose phone it is, as the web server tells the switch. */
export const phoneIdentitySchema = z.discriminatedUnion("role", [
  z.object({
    role: z.literal("agent"),
    userId: userIdSchema,
    extension: z.string().min(1).max(64),
    name: phoneName.min(1),
  }),
  z.object({ role: z.literal("guest") }),
]);
export type PhoneIdentity = z.infer<typeof phoneIdentitySchema>;

/** Why the web server opens no line: the JSON answer of a refused upgrade, and of a plain GET on the same path. */
export const lineRefusalSchema = z.object({
  code: z.enum(["NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED", "NO_EXTENSION", "TOO_MANY_LINES", "UNAVAILABLE"]),
  message: z.string().max(300),
});
export type LineRefusal = z.infer<typeof lineRefusalSchema>;

const id = z.string().min(1).max(64);
const ping = z.object({ type: z.literal("ping"), id: z.string().max(64) });
const pong = z.object({ type: z.literal("pong"), id: z.string().max(64) });

export const phoneClientMessageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    protocol: z.literal(SOFTPHONE_PROTOCOL),
    version: z.number().int(),
    /** Of an earlier `registered`, to take its call on. */
    resumeToken: z.string().max(64).optional(),
    /** A guest's own name; an agent's is known. */
    name: phoneName.optional(),
  }),
  z.object({ type: z.literal("call"), id, extension: extensionSchema }),
  z.object({ type: z.literal("answer"), id }),
  z.object({ type: z.literal("decline"), id }),
  z.object({ type: z.literal("hang-up"), id }),
  z.object({ type: z.literal("hold"), id, isHeld: z.boolean() }),
  z.object({ type: z.literal("mute"), id, isMuted: z.boolean() }),
  z.object({ type: z.literal("digits"), id, digits: z.string().regex(/^[\d*#A-D]{1,32}$/, "1 to 32 of 0-9 * # A-D") }),
  /** The phone is put away: hangs up, and nobody waits for it to come back. */
  z.object({ type: z.literal("bye") }),
  ping,
  pong,
]);
export type PhoneClientMessage = z.infer<typeof phoneClientMessageSchema>;
export type PhoneCommand = Exclude<Extract<PhoneClientMessage, { id: string }>, { type: "ping" | "pong" }>;

const peer = z.object({ number: z.string().max(64), name: z.string().max(120).nullable() });
export type PhonePeer = z.infer<typeof peer>;

/** Why a phone's call is over, from where the phone stands. */
export const phoneEndReasonSchema = z.enum([
  "hung-up",
  "other-hung-up",
  "declined",
  "busy",
  "unanswered",
  "ended-by-supervisor",
  "connection-lost",
  "system",
]);
export type PhoneEndReason = z.infer<typeof phoneEndReasonSchema>;

/**
 * A phone as it is. `calling`: its own call on the way to somebody, `isRinging` once their phone rings. `ringing`: somebody calls.
 * `idle` with `ended`: how the last call was over.
 */
export const phoneStateSchema = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("idle"),
    ended: z.object({ callId: callIdSchema, peer, reason: phoneEndReasonSchema }).nullable(),
  }),
  z.object({ state: z.literal("calling"), callId: callIdSchema, peer, isRinging: z.boolean(), isMuted: z.boolean() }),
  z.object({ state: z.literal("ringing"), callId: callIdSchema, peer }),
  z.object({
    state: z.literal("connected"),
    callId: callIdSchema,
    peer,
    /** Milliseconds since the two were connected. */
    connectedForMs: z.number().int().nonnegative(),
    isMuted: z.boolean(),
    /** We have put the other one on hold. */
    isHolding: z.boolean(),
    /** The other one has put us on hold. */
    isHeld: z.boolean(),
  }),
]);
export type PhoneState = z.infer<typeof phoneStateSchema>;

export const directoryEntrySchema = z.object({
  extension: z.string().max(64),
  name: z.string().max(120),
  isBusy: z.boolean(),
});
export type DirectoryEntry = z.infer<typeof directoryEntrySchema>;

const phoneError = z.object({ code: errorCodeSchema, message: z.string().max(300), retryable: z.boolean() });
export type PhoneError = z.infer<typeof phoneError>;

export const phoneServerMessageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    protocol: z.literal(SOFTPHONE_PROTOCOL),
    version: z.literal(SOFTPHONE_VERSION),
    heartbeatMs: z.number().int().positive(),
  }),
  /** `isResumed`: an earlier connection's phone goes on. */
  z.object({
    type: z.literal("registered"),
    role: lineRoleSchema,
    extension: z.string().max(64).nullable(),
    resumeToken: z.string().max(64),
    isResumed: z.boolean(),
  }),
  /** The phone as it is: after `registered`, and after every change of it. */
  z.object({ type: z.literal("phone"), phone: phoneStateSchema }),
  /** To guests: the agents whose phones are on, after every change. */
  z.object({ type: z.literal("directory"), agents: z.array(directoryEntrySchema).max(500) }),
  z.object({ type: z.literal("result"), id, ok: z.boolean(), error: phoneError.optional() }),
  /** Another page has registered this phone; this connection ends. */
  z.object({ type: z.literal("replaced") }),
  z.object({ type: z.literal("error"), id: z.string().max(64).nullable(), error: phoneError }),
  ping,
  pong,
]);
export type PhoneServerMessage = z.infer<typeof phoneServerMessageSchema>;

const PHONE_FRAME_HEADER_BYTES = 8;
/** Every binary message, both ways, has exactly this size. */
export const PHONE_FRAME_BYTES = PHONE_FRAME_HEADER_BYTES + FRAME_SAMPLES * 2;

/** 20 ms. `sequence` counts the frames of one call on one connection from 0, lost ones as well. */
export type PhoneFrame = { sequence: number; samples: Int16Array };

/** u8 version, u8 0, u16 0, u32 sequence, all little endian; then FRAME_SAMPLES samples s16le at SAMPLE_RATE. */
export function encodePhoneFrame({ sequence, samples }: PhoneFrame): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(PHONE_FRAME_BYTES);
  const view = new DataView(out.buffer);
  view.setUint8(0, SOFTPHONE_VERSION);
  view.setUint32(4, sequence >>> 0, true);
  out.set(new Uint8Array(samples.buffer, samples.byteOffset, FRAME_SAMPLES * 2), PHONE_FRAME_HEADER_BYTES);
  return out;
}

/** @returns the frame with samples of its own, or the code and reason of its refusal; never throws. */
export function decodePhoneFrame(
  bytes: Uint8Array,
): { ok: true; frame: PhoneFrame } | { ok: false; code: "BAD_FRAME" | "TOO_LARGE"; reason: string } {
  const size = `a frame has ${PHONE_FRAME_BYTES} bytes, got ${bytes.byteLength}`;
  if (bytes.byteLength > PHONE_FRAME_BYTES) return { ok: false, code: "TOO_LARGE", reason: size };
  if (bytes.byteLength !== PHONE_FRAME_BYTES) return { ok: false, code: "BAD_FRAME", reason: size };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(0);
  if (version !== SOFTPHONE_VERSION)
    return { ok: false, code: "BAD_FRAME", reason: `frame version ${version}, expected ${SOFTPHONE_VERSION}` };
  const samples = new Int16Array(FRAME_SAMPLES);
  new Uint8Array(samples.buffer).set(bytes.subarray(PHONE_FRAME_HEADER_BYTES));
  return { ok: true, frame: { sequence: view.getUint32(4, true), samples } };
}
