/**
 * Time scaling of speech by whole periods: one is taken out or put in with a cross-fade as long as itself, so that pitch and
 * voice stay (pitch-synchronous overlap-add as in WebRTC's NetEq "accelerate" and "preemptive expand", and Cox's Sonic).
 * All channels are cut at the same place, so that they stay in step.
 */
const MIN_PERIOD_MS = 2.5;
const MAX_PERIOD_MS = 15;
const MIN_WINDOW_MS = 5;
/** Root mean square, of 32768 (−50 dBFS): quieter, nobody hears a cut. */
const SILENCE = 104;

export type Period = {
  /** Samples. */
  lag: number;
  /** Normalised correlation of the two stretches to be joined, −1…1; 1 in silence. */
  similarity: number;
  isSilent: boolean;
};

/** @returns the lag at which the start of `channels` repeats itself best; null where they are too short to tell. */
export function findPeriod(channels: readonly Int16Array[], options: { sampleRate: number }): Period | null {
  const mono = sum(channels);
  const perMs = options.sampleRate / 1000;
  const min = Math.round(MIN_PERIOD_MS * perMs);
  const max = Math.min(Math.round(MAX_PERIOD_MS * perMs), mono.length >> 1);
  if (max < min || mono.length - max < MIN_WINDOW_MS * perMs) return null;
  if (isSilent(channels)) return { lag: max, similarity: 1, isSilent: true };
  const coarse = best(mono, { min, max, window: mono.length - max, lagStep: 4, step: 4 });
  const near = { min: Math.max(min, coarse.lag - 4), max: Math.min(max, coarse.lag + 4) };
  return { ...best(mono, { ...near, window: mono.length - max, lagStep: 1, step: 1 }), isSilent: false };
}

/** @returns the channels without their first `lag` samples, whose loss is cross-faded over the next `lag`. */
export function removePeriod(channels: readonly Int16Array[], { lag }: { lag: number }): Int16Array[] {
  return channels.map((samples) => {
    const out = samples.slice(lag);
    for (let at = 0; at < lag; at++) out[at] = fade(samples[at] ?? 0, samples[at + lag] ?? 0, (at + 0.5) / lag);
    return out;
  });
}

/** @returns the channels with their first `lag` samples heard twice. */
export function repeatPeriod(channels: readonly Int16Array[], { lag }: { lag: number }): Int16Array[] {
  return channels.map((samples) => {
    const out = new Int16Array(samples.length + lag);
    out.set(samples.subarray(0, lag));
    out.set(samples.subarray(lag), 2 * lag);
    for (let at = 0; at < lag; at++) out[lag + at] = fade(samples[at + lag] ?? 0, samples[at] ?? 0, (at + 0.5) / lag);
    return out;
  });
}

/**
 * Plays a stretch faster at the same pitch (Sonic's method): of every period taken out, `lag × (2 − rate) / (rate − 1)` samples
 * follow unchanged.
 */
export class FasterPlayback {
  readonly #rate: number;
  #untouched = 0;

  constructor(options: { sampleRate: number }) {
    this.#rate = options.sampleRate;
  }

  /**
   * @param options.rate 1…2 @param options.from sample to go on from
   * @returns some 20 to 40 ms to play, and the sample to go on from next time; nothing at the end of `channels`.
   */
  next(
    channels: readonly Int16Array[],
    options: { from: number; rate: number },
  ): { played: Int16Array[]; from: number } {
    const { from, rate } = options;
    const piece = (length: number) => channels.map((samples) => samples.subarray(from, from + length));
    const plain = Math.round(this.#rate * 0.02);
    const left = (channels[0]?.length ?? 0) - from;
    const span = Math.round((2 * MAX_PERIOD_MS + 10) * (this.#rate / 1000));
    const copied = rate <= 1 || left < span ? plain : Math.min(plain, Math.round(this.#untouched));
    if (copied > 0) {
      this.#untouched = Math.max(0, this.#untouched - copied);
      const played = piece(copied);
      return { played, from: from + (played[0]?.length ?? 0) };
    }
    const period = findPeriod(piece(span), { sampleRate: this.#rate });
    const lag = period?.lag ?? plain;
    this.#untouched += (lag * (2 - rate)) / (rate - 1);
    return { played: removePeriod(piece(2 * lag), { lag }), from: from + 2 * lag };
  }
}

function sum(channels: readonly Int16Array[]): Float32Array {
  const mono = new Float32Array(channels[0]?.length ?? 0);
  for (const samples of channels)
    for (let at = 0; at < mono.length; at++) mono[at] = (mono[at] ?? 0) + (samples[at] ?? 0);
  return mono;
}

function isSilent(channels: readonly Int16Array[]): boolean {
  return channels.every((samples) => {
    let energy = 0;
    for (const sample of samples) energy += sample * sample;
    return energy <= SILENCE * SILENCE * samples.length;
  });
}

function best(
  mono: Float32Array,
  search: { min: number; max: number; window: number; lagStep: number; step: number },
): { lag: number; similarity: number } {
  let found = { lag: search.max, similarity: -1 };
  for (let lag = search.min; lag <= search.max; lag += search.lagStep) {
    let product = 0;
    let here = 1;
    let there = 1;
    for (let at = 0; at < search.window; at += search.step) {
      const a = mono[at] ?? 0;
      const b = mono[at + lag] ?? 0;
      product += a * b;
      here += a * a;
      there += b * b;
    }
    const similarity = product / Math.sqrt(here * there);
    if (similarity > found.similarity) found = { lag, similarity };
  }
  return found;
}

function fade(from: number, to: number, share: number): number {
  return Math.round(from * (1 - share) + to * share);
}
