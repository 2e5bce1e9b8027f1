import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";

/** Soft enough to talk over, often enough to know that the line is alive. */
const FREQUENCY = 440;
const AMPLITUDE = 0.03;
const BEEP_SAMPLES = SAMPLE_RATE * 0.3;
const PERIOD_SAMPLES = SAMPLE_RATE * 3;
const FADE_SAMPLES = SAMPLE_RATE * 0.03;

/** Fills `into` with 20 ms of what a party hears that was put on hold: a beep every three seconds. `frame` counts 20 ms. */
export function fillComfort(into: Int16Array, { frame }: { frame: number }): void {
  const start = (frame * FRAME_SAMPLES) % PERIOD_SAMPLES;
  for (let at = 0; at < into.length; at++) {
    const place = start + at;
    const fade = Math.max(0, Math.min(1, place / FADE_SAMPLES, (BEEP_SAMPLES - place) / FADE_SAMPLES));
    into[at] = Math.round(32_767 * AMPLITUDE * fade * Math.sin((2 * Math.PI * FREQUENCY * place) / SAMPLE_RATE));
  }
}
