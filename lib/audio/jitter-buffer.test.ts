import { describe, expect, it } from "vitest";
import { sine } from "./goertzel";
import { type BufferedFrame, JitterBuffer } from "./jitter-buffer";

const RATE = 16_000;
const QUANTUM = 128;
const QUANTUM_MS = (QUANTUM * 1000) / RATE;

/** A linear congruential generator (Numerical Recipes): the same numbers in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Script = {
  seconds: number;
  /** Milliseconds on the way of frame n; null: lost. */
  delay: (n: number, random: () => number) => number | null;
  /** Sender's clock against the sound card's, parts per million. */
  ppm?: number;
  samples?: (n: number) => Int16Array;
  /** How often frame n comes. */
  copies?: (n: number) => number;
  /** Sound card stands still. */
  isFrozen?: (ms: number) => boolean;
};

const talk = sine({ frequency: 200, sampleRate: RATE, durationMs: 20, amplitude: 0.3 });
const silence = new Int16Array(320);

type Outcome = {
  buffer: JitterBuffer;
  /** Each frame that was heard: when it was sent and when it began to sound, in the sound card's time. */
  heard: { sequence: number; sentMs: number; atMs: number }[];
  output: Int16Array;
};

/** Sends, delays and plays; arrivals are seen between quanta, as a worklet sees them. */
function simulate(script: Script): Outcome {
  const random = dice(7);
  const heard: Outcome["heard"] = [];
  let nowMs = 0;
  const buffer = new JitterBuffer<BufferedFrame>({
    sampleRate: RATE,
    channelCount: 1,
    onPlay: ({ sequence }, inMs) => heard.push({ sequence, sentMs: sentAt(sequence), atMs: nowMs + inMs }),
  });
  const sentAt = (n: number) => n * 20 * (1 - (script.ppm ?? 0) / 1e6);
  const frames = Math.floor((script.seconds * 1000) / 20);
  const arrivals: { atMs: number; n: number }[] = [];
  for (let n = 0; n < frames; n++) {
    const delay = script.delay(n, random);
    const copies = delay === null ? 0 : (script.copies?.(n) ?? 1);
    for (let copy = 0; copy < copies; copy++) arrivals.push({ atMs: sentAt(n) + (delay ?? 0) + 15 * copy, n });
  }
  arrivals.sort((a, b) => a.atMs - b.atMs || a.n - b.n);
  const output: Int16Array[] = [];
  let next = 0;
  for (let realMs = 0; realMs < script.seconds * 1000; realMs += QUANTUM_MS) {
    const isFrozen = script.isFrozen?.(realMs) ?? false;
    if (!isFrozen) nowMs = realMs;
    for (let due = arrivals[next]; due && due.atMs <= realMs; due = arrivals[++next])
      buffer.push({ sequence: due.n, atMs: due.n * 20, channels: [(script.samples?.(due.n) ?? talk).slice()] }, nowMs);
    if (!isFrozen) output.push(buffer.pull(QUANTUM, nowMs)[0] ?? new Int16Array(0));
  }
  const joined = new Int16Array(output.length * QUANTUM);
  output.forEach((block, at) => {
    joined.set(block, at * QUANTUM);
  });
  return { buffer, heard, output: joined };
}

const delays = ({ heard }: Outcome, fromMs = 0) =>
  heard.filter(({ sentMs }) => sentMs >= fromMs).map(({ sentMs, atMs }) => atMs - sentMs);
const largest = (values: number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
/** Longest stretch of digital silence, ms, after sound began. */
function longestHole(output: Int16Array): number {
  let longest = 0;
  let run = 0;
  for (const sample of output.subarray(output.findIndex((value) => value !== 0))) {
    run = sample === 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return (longest * 1000) / RATE;
}

describe("JitterBuffer", () => {
  it("plays a steady stream untouched, 40 ms behind", () => {
    const ramp = (n: number) => Int16Array.from({ length: 320 }, (_, at) => ((n * 320 + at) % 30_000) - 15_000);
    const outcome = simulate({ seconds: 5, delay: () => 5, samples: ramp });
    expect(largest(delays(outcome))).toBeLessThan(70);
    expect(outcome.buffer.stats).toMatchObject({ targetMs: 40, lossPercent: 0 });
    const start = outcome.output.indexOf(-15_000);
    const played = outcome.output.subarray(start);
    // From a second on, when the first frames' place has been found, every sample is the one after the one before.
    let breaks = 0;
    for (let at = RATE; at + 1 < played.length; at++) {
      const step = (played[at + 1] ?? 0) - (played[at] ?? 0);
      if (step !== 1 && step !== -29_999) breaks++;
    }
    expect(breaks).toBe(0);
    expect(outcome.heard.map(({ sequence }) => sequence)).toEqual(outcome.heard.map((_, at) => at));
  });

  it("holds as long as uniform jitter needs, and no longer", () => {
    const calm = simulate({ seconds: 60, delay: (_, random) => 20 + 20 * random() });
    const rough = simulate({ seconds: 60, delay: (_, random) => 20 + 100 * random() });
    expect(mean(delays(calm, 10_000))).toBeLessThan(20 + 75);
    expect(rough.buffer.stats.targetMs).toBeGreaterThan(90);
    expect(rough.buffer.stats.targetMs).toBeLessThan(125);
    expect(mean(delays(rough, 10_000))).toBeLessThan(20 + 150);
    for (const { buffer, heard } of [calm, rough]) {
      expect(buffer.stats.lossPercent).toBeLessThan(2);
      expect(heard.length).toBeGreaterThan(2900);
    }
  });

  it("puts frames that overtook one another in order, and plays a frame that came twice once", () => {
    const outcome = simulate({ seconds: 10, delay: (n) => (n % 2 === 0 ? 35 : 5), copies: (n) => 1 + (n % 3) });
    const heard = outcome.heard.map(({ sequence }) => sequence).filter((sequence) => sequence >= 50);
    expect(heard.length).toBeGreaterThan(440);
    expect(heard).toEqual(heard.map((_, at) => at + 50));
    expect(outcome.buffer.stats.lossPercent).toBeLessThan(1);
  });

  it("grows at once on a burst and shrinks slowly after it", () => {
    const burst = (n: number) => (n >= 500 && n < 800 && n % 25 < 6 ? 5 + (6 - (n % 25)) * 20 : 5);
    const outcome = simulate({ seconds: 40, delay: burst });
    const during = outcome.heard.filter(({ sequence }) => sequence > 560 && sequence < 800);
    // After the first bursts it is deep enough: nothing more is late.
    expect(mean(during.map(({ atMs, sentMs }) => atMs - sentMs))).toBeGreaterThan(110);
    const holesAfterLearning = longestHole(outcome.output.subarray(12 * RATE));
    expect(holesAfterLearning).toBeLessThan(1);
    const soonAfter = delays(outcome, 16_500).slice(0, 50);
    expect(mean(soonAfter)).toBeGreaterThan(100);
    expect(mean(delays(outcome, 32_000))).toBeLessThan(75);
  });

  it("fills 5 % of loss without a hole, and tells it", () => {
    const outcome = simulate({ seconds: 60, delay: (_, random) => (random() < 0.05 ? null : 10 + 10 * random()) });
    expect(outcome.buffer.stats.lossPercent).toBeGreaterThan(2);
    expect(outcome.buffer.stats.lossPercent).toBeLessThan(9);
    expect(largest(delays(outcome, 5000))).toBeLessThan(120);
    expect(longestHole(outcome.output)).toBeLessThan(10);
  });

  it.each([
    { ppm: 200, samples: () => talk },
    { ppm: -200, samples: () => silence },
  ])(
    "does not drift in 20 minutes (a quarter of a second of clock) at $ppm ppm, in unbroken speech or silence",
    ({ ppm, samples }) => {
      const outcome = simulate({ seconds: 1200, delay: (_, random) => 20 + 10 * random(), ppm, samples });
      for (const from of [300_000, 800_000, 1_150_000]) {
        const values = delays(outcome, from);
        expect(mean(values)).toBeGreaterThan(40);
        expect(largest(values)).toBeLessThan(130);
      }
      expect(outcome.buffer.stats.lossPercent).toBeLessThan(1);
      expect(outcome.heard.length).toBeGreaterThan(59_900);
    },
    60_000,
  );

  it("is back at live within half a second of 30 s in which nothing came, and then all", () => {
    const delay = (n: number) => (n >= 500 && n < 2000 ? 5 + (2000 - n) * 20 : 5);
    const outcome = simulate({ seconds: 60, delay });
    const after = outcome.heard.filter(({ atMs }) => atMs > 40_600);
    expect(largest(after.map(({ atMs, sentMs }) => atMs - sentMs))).toBeLessThan(300);
    expect(mean(delays(outcome, 56_000))).toBeLessThan(80);
  });

  it("is back at live after the sound card stood still for 30 s", () => {
    const outcome = simulate({ seconds: 60, delay: () => 5, isFrozen: (ms) => ms > 10_000 && ms < 40_000 });
    const last = outcome.heard.at(-1);
    expect(last?.sequence).toBeGreaterThan(2990);
  });

  it("plays on where a stream begins anew", () => {
    const heard: number[] = [];
    const buffer = new JitterBuffer({ sampleRate: RATE, channelCount: 1, onPlay: ({ atMs }) => heard.push(atMs) });
    let now = 0;
    const run = (from: number, count: number) => {
      for (let n = from; n < from + count; n++) {
        buffer.push({ sequence: n, atMs: n * 20, channels: [talk] }, now);
        for (const offset of [0, 8]) buffer.pull(160, now + offset);
        now += 20;
      }
    };
    run(5000, 100);
    run(0, 100);
    run(90_000, 100);
    expect(heard.filter((atMs) => atMs < 10_000).length).toBeGreaterThan(75);
    expect(heard.at(-1)).toBeGreaterThan(90_090 * 20);
  });

  it("is silent, not broken, where the sender pauses", () => {
    const outcome = simulate({ seconds: 20, delay: (n) => (n > 250 && n < 500 ? null : 5) });
    expect(mean(delays(outcome, 12_000))).toBeLessThan(80);
    expect(longestHole(outcome.output)).toBeGreaterThan(4800);
  });

  it("gives the samples asked for before anything came, and with a channel that says nothing", () => {
    const buffer = new JitterBuffer({ sampleRate: 8000, channelCount: 2 });
    expect(buffer.pull(77, 0).map((lane) => lane.length)).toEqual([77, 77]);
    for (let n = 0; n < 20; n++) {
      buffer.push({ sequence: n, atMs: n * 20, channels: [null, new Int16Array(160).fill(1000)] }, n * 20);
      const [left, right] = buffer.pull(160, n * 20);
      expect(left?.every((sample) => sample === 0)).toBe(true);
      if (n > 10) expect(right?.every((sample) => sample === 1000)).toBe(true);
    }
  });
});
