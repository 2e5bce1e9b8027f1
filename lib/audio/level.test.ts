import { expect, test } from "vitest";
import { sine, toneAmplitude } from "./goertzel";
import { peakDbfs, rmsDbfs, SILENCE_DBFS } from "./level";

test("known signals measure their textbook levels", () => {
  const full = sine({ frequency: 1000, sampleRate: 16_000, durationMs: 100, amplitude: 1 });
  expect(rmsDbfs(full)).toBeCloseTo(-3.01, 2);
  expect(peakDbfs(full)).toBeCloseTo(0, 2);
  expect(rmsDbfs(new Int16Array(100).fill(-32_768))).toBe(0);
  expect(peakDbfs(Int16Array.of(0, -16_384, 5))).toBeCloseTo(-6.02, 2);
});

test("silence and nothing measure the floor, never minus infinity", () => {
  for (const samples of [new Int16Array(0), new Int16Array(320)]) {
    expect(rmsDbfs(samples)).toBe(SILENCE_DBFS);
    expect(peakDbfs(samples)).toBe(SILENCE_DBFS);
  }
});

test("a tone is found at its frequency and nowhere else", () => {
  const tone = sine({ frequency: 1200, sampleRate: 16_000, durationMs: 500, amplitude: 0.25 });
  expect(toneAmplitude(tone, { frequency: 1200, sampleRate: 16_000 })).toBeCloseTo(0.25, 3);
  expect(toneAmplitude(tone, { frequency: 1000, sampleRate: 16_000 })).toBeLessThan(0.001);
  expect(toneAmplitude(new Int16Array(0), { frequency: 1000, sampleRate: 16_000 })).toBe(0);
});
