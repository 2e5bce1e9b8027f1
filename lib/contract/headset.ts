import { z } from "zod";
import type { AudioFrame } from "./audio-frame";
import { FRAME_SAMPLES, SAMPLE_RATE } from "./audio-frame";
import type { SpeakingMode } from "./call";

/**
 * Audio between the server and a supervisor's browser: binary payloads of `listen:packet` (down) and `speak:frame` (up). All numbers
 * little endian.
 */
export const HEADSET_VERSION = 1;

/** opus: mono, 16 kHz, 20 ms a packet (RFC 6716). g711: µ-law, 8 kHz, 20 ms (ITU-T G.711), for browsers that decode nothing else. */
export const listenCodecSchema = z.enum(["opus", "g711"]);
export type ListenCodec = z.infer<typeof listenCodecSchema>;
/** Hz of what comes out of the decoder. */
export const CODEC_RATE: Record<ListenCodec, number> = { opus: SAMPLE_RATE, g711: 8000 };
const CODEC_BYTE: Record<ListenCodec, number> = { opus: 1, g711: 2 };
const PARTY_BYTE: Record<AudioFrame["party"], number> = { caller: 0, agent: 1, mixed: 2 };
const codecByByte = new Map(Object.entries(CODEC_BYTE).map(([codec, byte]) => [byte, codec as ListenCodec]));
const partyByByte = new Map(Object.entries(PARTY_BYTE).map(([party, byte]) => [byte, party as AudioFrame["party"]]));

const PACKET_HEADER_BYTES = 24;
const TRACK_HEADER_BYTES = 4;

/** 20 ms of a call: one track a party that said something in it. */
export type ListenPacket = {
  codec: ListenCodec;
  /** Names the stream that `listen:start` answered with; packets of an earlier one are thrown away. */
  streamId: number;
  /** Counts packets of this stream from 0 without gaps: what is missing was lost, or left out for a slow listener. */
  sequence: number;
  /** Position on the call's audio clock, milliseconds. */
  atMs: number;
  /** Server clock when the newest frame of it came in from the gateway, epoch milliseconds. */
  heardAt: number;
  tracks: { party: AudioFrame["party"]; bytes: Uint8Array }[];
};

/**
 * u8 version, u8 codec, u8 tracks, u8 0, u32 streamId, u32 sequence, u32 atMs, f64 heardAt; then for each track u8 party, u8 0,
 * u16 bytes, and the bytes.
 */
export function encodeListenPacket(packet: ListenPacket): Uint8Array<ArrayBuffer> {
  const size = packet.tracks.reduce(
    (sum, { bytes }) => sum + TRACK_HEADER_BYTES + bytes.byteLength,
    PACKET_HEADER_BYTES,
  );
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint8(0, HEADSET_VERSION);
  view.setUint8(1, CODEC_BYTE[packet.codec]);
  view.setUint8(2, packet.tracks.length);
  view.setUint32(4, packet.streamId, true);
  view.setUint32(8, packet.sequence, true);
  view.setUint32(12, packet.atMs, true);
  view.setFloat64(16, packet.heardAt, true);
  let at = PACKET_HEADER_BYTES;
  for (const { party, bytes } of packet.tracks) {
    view.setUint8(at, PARTY_BYTE[party]);
    view.setUint16(at + 2, bytes.byteLength, true);
    out.set(bytes, at + TRACK_HEADER_BYTES);
    at += TRACK_HEADER_BYTES + bytes.byteLength;
  }
  return out;
}

type Undecodable = { ok: false; reason: string };

/**
 * A message holds one packet or several, each after the one before.
 * @returns the packets (their tracks are views of `bytes`), or the reason why the bytes are none; never throws.
 */
export function decodeListenPackets(bytes: Uint8Array): { ok: true; packets: ListenPacket[] } | Undecodable {
  const packets: ListenPacket[] = [];
  let at = 0;
  do {
    const decoded = decodeListenPacket(bytes.subarray(at));
    if (!decoded.ok) return decoded;
    packets.push(decoded.packet);
    at += decoded.byteLength;
  } while (at < bytes.byteLength);
  return { ok: true, packets };
}

/** The first packet of the bytes, and how many of them it takes. As `decodeListenPackets`. */
export function decodeListenPacket(
  bytes: Uint8Array,
): { ok: true; packet: ListenPacket; byteLength: number } | Undecodable {
  if (bytes.byteLength < PACKET_HEADER_BYTES) return { ok: false, reason: "shorter than its header" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== HEADSET_VERSION) return { ok: false, reason: `version ${view.getUint8(0)}` };
  const codec = codecByByte.get(view.getUint8(1));
  if (!codec) return { ok: false, reason: `unknown codec ${view.getUint8(1)}` };
  const tracks: ListenPacket["tracks"] = [];
  let at = PACKET_HEADER_BYTES;
  for (let left = view.getUint8(2); left > 0; left--) {
    const length =
      at + TRACK_HEADER_BYTES <= bytes.byteLength ? view.getUint16(at + 2, true) : Number.POSITIVE_INFINITY;
    const party = at < bytes.byteLength ? partyByByte.get(view.getUint8(at)) : undefined;
    if (!party || at + TRACK_HEADER_BYTES + length > bytes.byteLength)
      return { ok: false, reason: "a track is cut off" };
    tracks.push({ party, bytes: bytes.subarray(at + TRACK_HEADER_BYTES, at + TRACK_HEADER_BYTES + length) });
    at += TRACK_HEADER_BYTES + length;
  }
  const [streamId, sequence, atMs] = [4, 8, 12].map((offset) => view.getUint32(offset, true)) as [
    number,
    number,
    number,
  ];
  const heardAt = view.getFloat64(16, true);
  return { ok: true, packet: { codec, streamId, sequence, atMs, heardAt, tracks }, byteLength: at };
}

const SPEAK_HEADER_BYTES = 16;
const SPEAK_MODE_BYTE: Record<SpeakingMode, number> = { whisper: 2, barge: 3 };
/** Every frame of a microphone has exactly this size. */
export const SPEAK_FRAME_BYTES = SPEAK_HEADER_BYTES + FRAME_SAMPLES * 2;

/** 20 ms of a supervisor's voice, with the mode that it is for: in any other mode nobody hears it. */
export type SpeakFrame = {
  mode: SpeakingMode;
  /** As `speak:start` answered. */
  speakingId: number;
  /** Counts frames of this speaking from 0. */
  sequence: number;
  /** FRAME_SAMPLES samples at SAMPLE_RATE, s16le. */
  samples: Int16Array;
};

/** u8 version, u8 mode, u16 0, u32 speakingId, u32 sequence, u32 0, then the samples. */
export function encodeSpeakFrame(frame: SpeakFrame): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(SPEAK_FRAME_BYTES);
  const view = new DataView(out.buffer);
  view.setUint8(0, HEADSET_VERSION);
  view.setUint8(1, SPEAK_MODE_BYTE[frame.mode]);
  view.setUint32(4, frame.speakingId, true);
  view.setUint32(8, frame.sequence, true);
  out.set(new Uint8Array(frame.samples.buffer, frame.samples.byteOffset, FRAME_SAMPLES * 2), SPEAK_HEADER_BYTES);
  return out;
}

/** @returns the frame with samples of its own, or the code and reason of its refusal; never throws. */
export function decodeSpeakFrame(
  bytes: Uint8Array,
): { ok: true; frame: SpeakFrame } | { ok: false; code: "BAD_FRAME" | "TOO_LARGE"; reason: string } {
  if (bytes.byteLength > SPEAK_FRAME_BYTES)
    return { ok: false, code: "TOO_LARGE", reason: `a frame has ${SPEAK_FRAME_BYTES} bytes, got ${bytes.byteLength}` };
  if (bytes.byteLength !== SPEAK_FRAME_BYTES)
    return { ok: false, code: "BAD_FRAME", reason: `a frame has ${SPEAK_FRAME_BYTES} bytes, got ${bytes.byteLength}` };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== HEADSET_VERSION)
    return { ok: false, code: "BAD_FRAME", reason: `version ${view.getUint8(0)}` };
  const modeByte = view.getUint8(1);
  const mode = modeByte === SPEAK_MODE_BYTE.whisper ? "whisper" : modeByte === SPEAK_MODE_BYTE.barge ? "barge" : null;
  if (!mode) return { ok: false, code: "BAD_FRAME", reason: `unknown mode ${modeByte}` };
  const samples = new Int16Array(FRAME_SAMPLES);
  new Uint8Array(samples.buffer).set(bytes.subarray(SPEAK_HEADER_BYTES));
  return {
    ok: true,
    frame: { mode, speakingId: view.getUint32(4, true), sequence: view.getUint32(8, true), samples },
  };
}
