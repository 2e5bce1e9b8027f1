import type { Party } from "./call";

/** Everything inside Earshot is s16le mono at this rate, Hz; gateways resample at their border. */
export const SAMPLE_RATE = 16_000;
export const FRAME_MS = 20;
/** Samples of one frame. */
export const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;

/**
 * 20 ms of one party (or of both, mixed, where a gateway cannot separate them).
 * `sequence` counts frames of that track from 0; `atMs` is the position on the call's audio clock, which both parties share.
 */
export type AudioFrame = {
  party: Party | "mixed";
  sequence: number;
  atMs: number;
  /** FRAME_SAMPLES samples, never shared with another frame. */
  samples: Int16Array;
};
