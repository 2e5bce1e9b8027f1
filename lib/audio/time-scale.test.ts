import { describe, expect, it } from "vitest";
import { sine, toneAmplitude } from "./goertzel";
import { FasterPlayback, findPeriod, removePeriod, repeatPeriod } from "./time-scale";

const RATE = 16_000;
const voice = (durationMs: number) => sine({ frequency: 160, sampleRate: RATE, durationMs, amplitude: 0.4 });

describe("time scale", () => {
  it("finds the period of a voice, and takes it out and puts it in without changing the pitch", () => {
    const block = [voice(40), new Int16Array(640)];
    const period = findPeriod(block, { sampleRate: RATE });
    expect(period?.similarity).toBeGreaterThan(0.99);
    expect((period?.lag ?? 0) % 100).toBeLessThanOrEqual(1);
    if (!period) return;
    for (const scaled of [removePeriod(block, period), repeatPeriod(block, period)]) {
      expect(Math.abs((scaled[0]?.length ?? 0) - 640)).toBe(period.lag);
      expect(scaled[1]?.length).toBe(scaled[0]?.length);
      const whole = (scaled[0] ?? voice(0)).subarray(0, 500);
      expect(toneAmplitude(whole, { frequency: 160, sampleRate: RATE })).toBeCloseTo(0.4, 1);
    }
  });

  it("says that noise does not repeat, and that silence may be cut anywhere", () => {
    let state = 1;
    const noise = Int16Array.from({ length: 640 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 16) - 32_768;
    });
    expect(findPeriod([noise], { sampleRate: RATE })?.similarity).toBeLessThan(0.6);
    expect(findPeriod([new Int16Array(640)], { sampleRate: RATE })).toMatchObject({ isSilent: true, similarity: 1 });
    expect(findPeriod([new Int16Array(20)], { sampleRate: RATE })).toBeNull();
  });

  it.each([1, 1.1, 1.25, 1.5, 2])("plays at rate %d: as long as it should be, at the same pitch", (rate) => {
    const source = [voice(4000), sine({ frequency: 320, sampleRate: RATE, durationMs: 4000, amplitude: 0.3 })];
    const faster = new FasterPlayback({ sampleRate: RATE });
    const out: number[] = [];
    let from = 0;
    for (;;) {
      const piece = faster.next(source, { from, rate });
      if ((piece.played[0]?.length ?? 0) === 0) break;
      out.push(...(piece.played[0] ?? []));
      expect(piece.from).toBeGreaterThan(from);
      from = piece.from;
    }
    expect(from).toBe(64_000);
    expect(out.length / (64_000 / rate)).toBeCloseTo(1, 1);
    const amplitude = toneAmplitude(Int16Array.from(out.slice(0, 1600)), { frequency: 160, sampleRate: RATE });
    expect(amplitude).toBeGreaterThan(0.3);
  });
});
