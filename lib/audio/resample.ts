/**
 * Rational resampling with a Kaiser-windowed sinc in polyphase form (Smith, "Digital Audio Resampling"; Crochiere and
 * Rabiner 1983). 64 taps at the slower rate, about 75 dB of stop band, flat to 0.84 of the slower Nyquist (3.36 kHz at 8 kHz).
 */
const ZERO_CROSSINGS = 32;
const KAISER_BETA = 7.5;
/** Centre of the transition band as a share of the slower Nyquist: the stop band begins at 1.0. */
const CUTOFF = 0.92;

export type Resampler = {
  /** Samples by which the output lags the input, at the output's rate. 2 ms at 16 kHz, 4 ms where 8 kHz is involved. */
  readonly delaySamples: number;
  /** Takes the next stretch of the stream. 20 ms in give 20 ms out, for every pair of 8, 16, 24 and 48 kHz. */
  process(samples: Int16Array): Int16Array;
};

type Bank = { up: number; down: number; half: number; taps: number; phases: Float32Array[] };

/**
 * A stateful resampler for one stream; the first outputs carry the filter's delay of silence.
 * @throws RangeError where a rate is not a positive whole number of Hz.
 */
export function createResampler(rates: { from: number; to: number }): Resampler {
  const bank = designBank(rates);
  if (bank.up === bank.down) return { delaySamples: 0, process: (samples) => samples.slice() };
  const run = streamThrough(bank, 0);
  return { delaySamples: bank.half / bank.down, process: run };
}

/** @returns a whole recording at the other rate, in time with the input (no delay), round(length × to / from) samples. */
export function resample(samples: Int16Array, rates: { from: number; to: number }): Int16Array {
  const bank = designBank(rates);
  if (bank.up === bank.down) return samples.slice();
  const run = streamThrough(bank, bank.half);
  const padded = new Int16Array(samples.length + Math.ceil(bank.half / bank.up) + bank.down);
  padded.set(samples);
  return run(padded).slice(0, Math.round((samples.length * rates.to) / rates.from));
}

function designBank({ from, to }: { from: number; to: number }): Bank {
  for (const rate of [from, to])
    if (!Number.isInteger(rate) || rate < 1) throw new RangeError(`a sample rate of ${rate} Hz is not usable`);
  const divisor = greatestCommonDivisor(from, to);
  const up = to / divisor;
  const down = from / divisor;
  const half = ZERO_CROSSINGS * Math.max(up, down);
  const taps = Math.ceil((2 * half + 1) / up);
  const phases = Array.from({ length: up }, (_, phase) => designPhase({ phase, up, down, half, taps }));
  return { up, down, half, taps, phases };
}

function designPhase(shape: { phase: number; up: number; down: number; half: number; taps: number }): Float32Array {
  const { phase, up, down, half, taps } = shape;
  const cutoff = CUTOFF / Math.max(up, down);
  const values = Float64Array.from({ length: taps }, (_, tap) => {
    const distance = tap * up + phase - half;
    if (Math.abs(distance) > half) return 0;
    const x = Math.PI * distance * cutoff;
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    return (sinc * bessel(KAISER_BETA * Math.sqrt(1 - (distance / half) ** 2))) / bessel(KAISER_BETA);
  });
  // Every phase sums to one, so that a constant stays exactly constant.
  const sum = values.reduce((total, value) => total + value, 0);
  return Float32Array.from(values, (value) => value / sum);
}

/** @returns a function that carries the last `taps` inputs over; `start` is the first output's place at the raised rate. */
function streamThrough(bank: Bank, start: number): (samples: Int16Array) => Int16Array {
  const { up, down, taps, phases } = bank;
  let history = new Int16Array(taps - 1);
  let position = start;
  return (samples) => {
    const input = new Int16Array(history.length + samples.length);
    input.set(history);
    input.set(samples, history.length);
    const end = samples.length * up;
    const output = new Int16Array(Math.max(0, Math.ceil((end - position) / down)));
    for (let at = 0; at < output.length; at++, position += down) {
      const newest = Math.floor(position / up) + taps - 1;
      const weights = phases[position % up];
      let sum = 0;
      if (weights) for (let tap = 0; tap < taps; tap++) sum += (weights[tap] ?? 0) * (input[newest - tap] ?? 0);
      output[at] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
    }
    position -= end;
    history = input.slice(input.length - (taps - 1));
    return output;
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
