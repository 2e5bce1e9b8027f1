import { type Complex, transform } from "./fft";

/** Where and how well a clip was found. Same rate for both. */
export type Correlation = {
  /** Normalised cross-correlation, −1…+1; 0 where either side is silent. +1: the clip, at whatever volume. */
  correlation: number;
  /** Sample of the signal at which the clip begins. Negative: the signal begins inside the clip. */
  lagSamples: number;
  /** Least-squares volume of the clip in the signal at that lag; 1 = as loud as the clip, 0 = none of it. */
  gain: number;
};

const NOTHING: Correlation = { correlation: 0, lagSamples: 0, gain: 0 };
/** A window quieter than this share of the clip's energy counts as silence (−60 dB): no match in the noise of zeros. */
const SILENCE_SHARE = 1e-6;

/**
 * Looks for `clip` in `signal` at every lag in `lags` (default: wherever it fits whole) by fast convolution.
 * To prove that something is absent, give the lags at which it would have to be, and read `gain`: a search over all lags of
 * other speech always finds some likeness.
 * @returns the lag of the largest correlation by magnitude.
 */
export function correlate(options: {
  clip: Int16Array;
  signal: Int16Array;
  lags?: { from: number; to: number };
}): Correlation {
  const { clip, signal } = options;
  const from = options.lags?.from ?? 0;
  const to = options.lags?.to ?? signal.length - clip.length;
  const clipEnergy = energy(clip);
  if (clipEnergy === 0 || to < from) return NOTHING;
  let best = NOTHING;
  const products = slidingProducts({ clip, signal, from, to });
  let windowEnergy = energy(signal.subarray(Math.max(0, from), Math.max(0, from + clip.length)));
  for (let lag = from; lag <= to; lag++) {
    const product = products[lag - from] ?? 0;
    const correlation = windowEnergy > clipEnergy * SILENCE_SHARE ? product / Math.sqrt(clipEnergy * windowEnergy) : 0;
    if (Math.abs(correlation) > Math.abs(best.correlation))
      best = { correlation, lagSamples: lag, gain: product / clipEnergy };
    windowEnergy += square(signal[lag + clip.length]) - square(signal[lag]);
  }
  return best;
}

/** @returns the correlation at one lag. */
export function correlateAt(options: { clip: Int16Array; signal: Int16Array; lagSamples: number }): Correlation {
  const lags = { from: options.lagSamples, to: options.lagSamples };
  return { ...correlate({ clip: options.clip, signal: options.signal, lags }), lagSamples: options.lagSamples };
}

/** Overlap-save: one transform of the clip, then blocks of the signal. @returns Σ clip[i] × signal[lag + i] for each lag. */
function slidingProducts(work: { clip: Int16Array; signal: Int16Array; from: number; to: number }): Float64Array {
  const { clip, signal, from, to } = work;
  const products = new Float64Array(to - from + 1);
  const size = 2 ** Math.ceil(Math.log2(clip.length + Math.min(products.length, clip.length * 3 + 1024)));
  const spectrum = emptyComplex(size);
  spectrum.re.set(clip);
  transform(spectrum);
  const step = size - clip.length + 1;
  for (let start = 0; start < products.length; start += step) {
    const block = emptyComplex(size);
    for (let at = 0; at < size; at++) block.re[at] = signal[from + start + at] ?? 0;
    transform(block);
    multiplyByConjugate(block, spectrum);
    transform(block, { inverse: true });
    products.set(block.re.subarray(0, Math.min(step, products.length - start)), start);
  }
  return products;
}

function multiplyByConjugate(block: Complex, other: Complex): void {
  for (let at = 0; at < block.re.length; at++) {
    const re = block.re[at] ?? 0;
    const im = block.im[at] ?? 0;
    const otherRe = other.re[at] ?? 0;
    const otherIm = other.im[at] ?? 0;
    block.re[at] = re * otherRe + im * otherIm;
    block.im[at] = im * otherRe - re * otherIm;
  }
}

function emptyComplex(size: number): Complex {
  return { re: new Float64Array(size), im: new Float64Array(size) };
}

function energy(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}

function square(sample: number | undefined): number {
  return (sample ?? 0) ** 2;
}
