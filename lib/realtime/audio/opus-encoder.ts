import { Application, createEncoder, Signal } from "libopus-wasm";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { FrameEncoder } from "./frame-encoder";

/** Bits a second of one track: wideband speech beyond "fair" (RFC 6716, section 2.1.1: 16–20 kbit/s for wideband). */
const BITRATE = 28_000;
/** Of 0…10. Above 0 SILK searches pitch and noise shaping longer: 1.5 to 2 times the time for a difference hard to hear at this rate. */
const COMPLEXITY = 0;

/** Opus (RFC 6716) tuned for speech: mono, 16 kHz, 20 ms a packet. @throws OpusError, or what WebAssembly throws */
export async function createOpusEncoder(): Promise<FrameEncoder> {
  const encoder = await createEncoder({
    ...{ channels: 1, sampleRate: SAMPLE_RATE, frameSize: FRAME_SAMPLES },
    ...{ application: Application.Voip, signal: Signal.Voice, bitrate: BITRATE, complexity: COMPLEXITY, vbr: true },
  });
  return { encode: (samples) => encoder.encode(samples), close: () => encoder.free() };
}
