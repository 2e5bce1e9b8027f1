import { describe, expect, test } from "vitest";
import { concatSamples } from "./frame";
import { sine, toneAmplitude } from "./goertzel";
import { rmsDbfs } from "./level";
import { createResampler, resample } from "./resample";

const pairs = [
  [8000, 16_000],
  [16_000, 8000],
  [24_000, 16_000],
  [16_000, 24_000],
  [48_000, 16_000],
  [16_000, 48_000],
] as const;

describe.each(pairs)("%i → %i Hz", (from, to) => {
  test("20 ms in are 20 ms out, and chunking changes no sample", () => {
    const input = sine({ frequency: 440, sampleRate: from, durationMs: 200 });
    const whole = createResampler({ from, to }).process(input);
    const chunked = createResampler({ from, to });
    const frame = from / 50;
    const outputs: Int16Array[] = [];
    for (let at = 0; at < input.length; at += frame) outputs.push(chunked.process(input.subarray(at, at + frame)));
    expect(outputs.map((output) => output.length)).toEqual(Array(10).fill(to / 50));
    expect([...concatSamples(outputs)]).toEqual([...whole]);
    const odd = createResampler({ from, to });
    const pieces = [input.subarray(0, 1), input.subarray(1, 8), input.subarray(8, 8), input.subarray(8)];
    expect([...concatSamples(pieces.map((piece) => odd.process(piece)))]).toEqual([...whole]);
  });

  test("tones of the pass band keep their level within 0.1 dB and their place in time", () => {
    for (const frequency of [300, 1000, 3300]) {
      const output = resample(sine({ frequency, sampleRate: from, durationMs: 500 }), { from, to });
      const expected = sine({ frequency, sampleRate: to, durationMs: 500 });
      expect(output.length).toBe(expected.length);
      const middle = [to / 10, to / 2 - to / 10] as const;
      const error = output.slice(...middle).map((sample, at) => sample - (expected[middle[0] + at] ?? 0));
      expect(rmsDbfs(error) - rmsDbfs(expected)).toBeLessThan(-38);
    }
  });

  test("the stream lags by exactly the delay it states", () => {
    const input = sine({ frequency: 700, sampleRate: from, durationMs: 400 });
    const resampler = createResampler({ from, to });
    const streamed = resampler.process(input);
    const aligned = resample(input, { from, to });
    expect([...streamed.slice(resampler.delaySamples)]).toEqual([...aligned.slice(0, -resampler.delaySamples)]);
  });

  test("a constant stays exactly constant", () => {
    const output = resample(new Int16Array(from / 10).fill(12_345), { from, to });
    expect(new Set(output.slice(to / 50, -to / 50))).toEqual(new Set([12_345]));
  });
});

test.each([
  [16_000, 8000, 4200],
  [16_000, 8000, 7000],
  [24_000, 16_000, 9000],
  [48_000, 16_000, 15_000],
] as const)("%i → %i Hz: %i Hz does not come back as an alias", (from, to, frequency) => {
  const output = resample(sine({ frequency, sampleRate: from, durationMs: 500, amplitude: 0.9 }), { from, to });
  expect(rmsDbfs(output.slice(to / 20, -to / 20))).toBeLessThan(-70);
});

test("raising the rate leaves no image", () => {
  const output = resample(sine({ frequency: 1000, sampleRate: 8000, durationMs: 500, amplitude: 0.9 }), {
    from: 8000,
    to: 16_000,
  }).slice(800, 7200);
  expect(toneAmplitude(output, { frequency: 1000, sampleRate: 16_000 })).toBeCloseTo(0.9, 2);
  expect(toneAmplitude(output, { frequency: 7000, sampleRate: 16_000 })).toBeLessThan(0.0003);
});

test("full scale saturates instead of wrapping", () => {
  const square = Int16Array.from({ length: 1600 }, (_, at) => (at % 40 < 20 ? 32_767 : -32_768));
  const output = resample(square, { from: 8000, to: 16_000 });
  for (let at = 1; at < output.length; at++)
    expect(Math.abs((output[at] ?? 0) - (output[at - 1] ?? 0))).toBeLessThan(60_000);
});

test("the same rate copies; odd rates work; bad ones are refused", () => {
  const samples = Int16Array.of(1, 2, 3);
  const same = resample(samples, { from: 16_000, to: 16_000 });
  expect([...same]).toEqual([1, 2, 3]);
  expect(same.buffer).not.toBe(samples.buffer);
  const cd = sine({ frequency: 440, sampleRate: 44_100, durationMs: 1000 });
  const output = resample(cd, { from: 44_100, to: 16_000 });
  expect(output.length).toBe(16_000);
  expect(toneAmplitude(output, { frequency: 440, sampleRate: 16_000 })).toBeCloseTo(0.5, 2);
  expect(() => createResampler({ from: 0, to: 16_000 })).toThrow("0 Hz");
});
