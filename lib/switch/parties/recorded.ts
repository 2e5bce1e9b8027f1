import { readFile } from "node:fs/promises";
import { concatSamples } from "@/lib/audio/frame";
import { resample } from "@/lib/audio/resample";
import { parseWav } from "@/lib/audio/wav";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { PartySource } from "./party";

/** One side of a recording at real-time pace: sample 0 is said at the moment the two are connected. */
export function recordedParty(samples: Int16Array): PartySource {
  return {
    speak(into, { frame }) {
      const from = frame * FRAME_SAMPLES;
      into.set(samples.subarray(from, from + FRAME_SAMPLES));
      return from + FRAME_SAMPLES < samples.length ? "talking" : "finished";
    },
  };
}

/**
 * Reads a WAV file of any rate; of a stereo file the first channel.
 * @returns samples at 16 kHz. @throws WavError, or the file system's error.
 */
export async function loadWav(path: string): Promise<Int16Array> {
  const wav = parseWav(await readFile(path));
  const first = wav.channels[0] ?? concatSamples([]);
  return wav.sampleRate === SAMPLE_RATE ? first : resample(first, { from: wav.sampleRate, to: SAMPLE_RATE });
}
