import { encodeMulaw } from "@/lib/audio/g711";
import { createResampler } from "@/lib/audio/resample";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { CODEC_RATE } from "@/lib/contract/headset";
import type { FrameEncoder } from "./frame-encoder";

/** ITU-T G.711 µ-law at 8 kHz, 160 bytes a frame: for browsers without Opus. Lags by the resampler's 4 ms. */
export function createG711Encoder(): FrameEncoder {
  const resampler = createResampler({ from: SAMPLE_RATE, to: CODEC_RATE.g711 });
  return { encode: (samples) => encodeMulaw(resampler.process(samples)), close: () => undefined };
}
