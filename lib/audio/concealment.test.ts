import { describe, expect, it } from "vitest";
import { Concealment } from "./concealment";
import { sine } from "./goertzel";
import { rmsDbfs } from "./level";

const RATE = 16_000;
const tone = sine({ frequency: 210, sampleRate: RATE, durationMs: 400, amplitude: 0.5 });
const frame = (n: number) => tone.subarray(n * 320, (n + 1) * 320);
const heard = (count: number) => {
  const concealment = new Concealment({ sampleRate: RATE });
  for (let n = 0; n < count; n++) concealment.good(frame(n));
  return concealment;
};
/** Largest step between neighbours; a 210 Hz sine of half scale has steps up to 1351. */
const largestStep = (samples: Int16Array) =>
  samples.reduce((most, value, at) => Math.max(most, at === 0 ? 0 : Math.abs(value - (samples[at - 1] ?? 0))), 0);

describe("Concealment", () => {
  it("continues a voice so closely that a lost frame differs by less than a tenth", () => {
    const made = heard(5).conceal(320);
    const error = made.slice(0, 160).map((value, at) => value - (tone[1600 + at] ?? 0));
    expect(rmsDbfs(error)).toBeLessThan(rmsDbfs(frame(5)) - 20);
  });

  it("fades to silence over 60 ms", () => {
    const made = heard(5).conceal(1600);
    const level = (fromMs: number, toMs: number) => rmsDbfs(made.subarray(fromMs * 16, toMs * 16));
    expect(level(0, 10)).toBeGreaterThan(-10);
    expect(level(30, 40)).toBeLessThan(level(0, 10) - 3);
    expect(level(50, 60)).toBeLessThan(level(30, 40) - 6);
    expect(made.subarray(960).every((value) => value === 0)).toBe(true);
  });

  it("makes no click where a loss begins and where it ends", () => {
    const concealment = heard(5);
    const joined = new Int16Array(320 * 4);
    joined.set(frame(4), 0);
    joined.set(concealment.conceal(320), 320);
    joined.set(concealment.good(frame(6)), 640);
    joined.set(concealment.good(frame(7)), 960);
    expect(largestStep(joined)).toBeLessThan(2 * 1351);
    expect([...joined.subarray(960)]).toEqual([...frame(7)]);
  });

  it("plays what comes after the overlap untouched, and is silent before anything was heard", () => {
    const concealment = new Concealment({ sampleRate: RATE });
    expect(concealment.conceal(320).every((value) => value === 0)).toBe(true);
    const played = concealment.good(frame(0));
    expect([...played.subarray(192)]).toEqual([...frame(0).subarray(192)]);
    concealment.reset();
    expect(concealment.conceal(320).every((value) => value === 0)).toBe(true);
  });
});
