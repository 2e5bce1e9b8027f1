import type { ListenCodec } from "@/lib/contract/headset";
import { createG711Encoder } from "./g711-encoder";
import { createOpusEncoder } from "./opus-encoder";

/** One track of one call. Stateful: frames go in in the order in which they are heard. */
export interface FrameEncoder {
  /** @param samples FRAME_SAMPLES at SAMPLE_RATE; only read. @returns bytes that are nobody else's */
  encode(samples: Int16Array): Uint8Array;
  /** Gives its memory back; nothing may be encoded afterwards. */
  close(): void;
}

export type MakeEncoder = (codec: ListenCodec) => Promise<FrameEncoder>;

/** Rejects where the codec cannot be had on this machine. */
export const makeEncoder: MakeEncoder = async (codec) => (codec === "opus" ? createOpusEncoder() : createG711Encoder());
