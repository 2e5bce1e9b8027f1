import { SAMPLE_RATE } from "@/lib/contract/audio-frame";

/** Hz: a fourth upwards, which reads as "listen", never as a warning. */
const NOTES = [587.33, 783.99] as const;
const NOTE_MS = 100;
/** Edges without a click. */
const FADE_MS = 15;
/** Root mean square of the sustained part. A sine's peak is 3.01 dB above it. */
const LEVEL_DBFS = -26;

/** @returns two soft notes, 200 ms at SAMPLE_RATE, each faded in and out; whole frames. */
export function makeWhisperTone(): Int16Array {
  const perNote = (NOTE_MS * SAMPLE_RATE) / 1000;
  const fade = (FADE_MS * SAMPLE_RATE) / 1000;
  const amplitude = 32_768 * Math.SQRT2 * 10 ** (LEVEL_DBFS / 20);
  const tone = new Int16Array(perNote * NOTES.length);
  NOTES.forEach((frequency, note) => {
    for (let at = 0; at < perNote; at++) {
      const fromEdge = Math.min(at, perNote - 1 - at);
      // Raised cosine.
      const gain = fromEdge >= fade ? 1 : (1 - Math.cos((Math.PI * fromEdge) / fade)) / 2;
      const value = amplitude * gain * Math.sin((2 * Math.PI * frequency * at) / SAMPLE_RATE);
      tone[note * perNote + at] = Math.round(value);
    }
  });
  return tone;
}
