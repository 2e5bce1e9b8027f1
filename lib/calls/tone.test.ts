import { expect, it } from "vitest";
import { toneAmplitude } from "@/lib/audio/goertzel";
import { peakDbfs, rmsDbfs } from "@/lib/audio/level";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { makeWhisperTone } from "./tone";

const tone = makeWhisperTone();
const half = tone.length / 2;

it("is two notes of 100 ms, in whole frames", () => {
  expect(tone.length).toBe(SAMPLE_RATE / 5);
  expect(tone.length % FRAME_SAMPLES).toBe(0);
  const [low, high] = [tone.subarray(0, half), tone.subarray(half)];
  const loud = (part: Int16Array, frequency: number) => toneAmplitude(part, { frequency, sampleRate: SAMPLE_RATE });
  expect(loud(low, 587.33)).toBeGreaterThan(5 * loud(low, 783.99));
  expect(loud(high, 783.99)).toBeGreaterThan(5 * loud(high, 587.33));
});

it("is soft: −26 dBFS where it sounds, and its edges click nowhere", () => {
  expect(rmsDbfs(tone.subarray(400, half - 400))).toBeCloseTo(-26, 0);
  expect(peakDbfs(tone)).toBeLessThan(-22);
  for (const edge of [0, half - 1, half, tone.length - 1]) expect(Math.abs(tone[edge] ?? 99)).toBeLessThan(2);
});
