import { expect, test } from "vitest";
import { correlate, correlateAt } from "./correlate";
import { transform } from "./fft";
import { amplify, mix } from "./mix";

/** Reproducible noise, ±`amplitude` (xorshift32). */
function noise(options: { length: number; seed: number; amplitude?: number }): Int16Array {
  let state = options.seed;
  return Int16Array.from({ length: options.length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.round((state / 2 ** 31) * (options.amplitude ?? 8000));
  });
}

function placed(clip: Int16Array, options: { at: number; length: number }): Int16Array {
  const signal = new Int16Array(options.length);
  signal.set(clip, options.at);
  return signal;
}

test("finds a quieter copy of the clip at its exact place, with its volume", () => {
  const clip = noise({ length: 4000, seed: 7 });
  const signal = placed(amplify(clip, { gain: 0.5 }), { at: 31_234, length: 60_000 });
  const found = correlate({ clip, signal });
  expect(found.lagSamples).toBe(31_234);
  expect(found.correlation).toBeGreaterThan(0.9999);
  expect(found.gain).toBeCloseTo(0.5, 3);
});

test("agrees with the definition at every lag", () => {
  const clip = noise({ length: 37, seed: 3 });
  const signal = noise({ length: 300, seed: 9 });
  const energy = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample ** 2, 0);
  for (const lag of [-20, -1, 0, 5, 263, 280]) {
    const window = Int16Array.from(clip, (_, at) => signal[lag + at] ?? 0);
    const product = clip.reduce((sum, sample, at) => sum + sample * (window[at] ?? 0), 0);
    const found = correlateAt({ clip, signal, lagSamples: lag });
    expect(found.correlation).toBeCloseTo(product / Math.sqrt(energy(clip) * energy(window)), 9);
    expect(found.gain).toBeCloseTo(product / energy(clip), 9);
  }
});

test("hears the clip under talk, and none of it where it is absent", () => {
  const clip = noise({ length: 16_000, seed: 21 });
  const talk = noise({ length: 48_000, seed: 22 });
  const both = mix([talk, placed(clip, { at: 10_000, length: 48_000 })]);
  expect(correlate({ clip, signal: both })).toMatchObject({ lagSamples: 10_000 });
  expect(correlateAt({ clip, signal: both, lagSamples: 10_000 }).gain).toBeCloseTo(1, 1);
  expect(Math.abs(correlateAt({ clip, signal: talk, lagSamples: 10_000 }).correlation)).toBeLessThan(0.02);
});

test("an inverted clip is a correlation of minus one", () => {
  const clip = noise({ length: 500, seed: 5 });
  const signal = placed(amplify(clip, { gain: -1 }), { at: 40, length: 900 });
  expect(correlate({ clip, signal })).toMatchObject({ lagSamples: 40 });
  expect(correlate({ clip, signal }).correlation).toBeCloseTo(-1, 6);
});

test("silence on either side, or a signal too short, is no match", () => {
  const clip = noise({ length: 100, seed: 5 });
  const nothing = { correlation: 0, lagSamples: 0, gain: 0 };
  expect(correlate({ clip, signal: new Int16Array(500) })).toEqual(nothing);
  expect(correlate({ clip: new Int16Array(100), signal: clip })).toEqual(nothing);
  expect(correlate({ clip, signal: clip.subarray(0, 50) })).toEqual(nothing);
});

test("the transform is undone by its inverse and refuses other lengths", () => {
  const re = Float64Array.from(noise({ length: 256, seed: 4 }));
  const im = Float64Array.from(noise({ length: 256, seed: 8 }));
  const signal = { re: re.slice(), im: im.slice() };
  transform(signal);
  expect(signal.re[0]).toBeCloseTo(
    re.reduce((sum, value) => sum + value, 0),
    4,
  );
  transform(signal, { inverse: true });
  for (const [at, value] of signal.re.entries()) expect(value).toBeCloseTo(re[at] ?? 0, 6);
  expect(() => transform({ re: new Float64Array(6), im: new Float64Array(6) })).toThrow(RangeError);
});
