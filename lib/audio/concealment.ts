/**
 * Loss concealment by waveform repetition, after ITU-T G.711 Appendix I (1999): the last pitch period is repeated, faded out
 * over 60 ms, and overlap-added to the first frame that comes again. Unlike the appendix, output is not held back 3.75 ms:
 * the step where the repetition begins is levelled by an offset that dies away in a quarter of the period.
 */
const MIN_PITCH_MS = 2.5;
const MAX_PITCH_MS = 15;
const WINDOW_MS = 20;
/** Unchanged for so long, then faded in a straight line until FADE_END_MS. */
const FADE_START_MS = 10;
const FADE_END_MS = 60;
/** Overlap with the first good frame: at least this, and 4 ms more for each 10 ms lost, up to the maximum. */
const MIN_OVERLAP_MS = 4;
const MAX_OVERLAP_MS = 10;
/** Lags are searched on every fourth sample first. */
const COARSE = 4;

export class Concealment {
  readonly #rate: number;
  readonly #history: Int16Array;
  #period: Float32Array = new Float32Array(0);
  /** Samples made up since the last good one. */
  #made = 0;
  #step = 0;

  /** @param options.sampleRate Hz */
  constructor(options: { sampleRate: number }) {
    this.#rate = options.sampleRate;
    this.#history = new Int16Array(this.#samples(WINDOW_MS + 2 * MAX_PITCH_MS));
  }

  /** Milliseconds made up since the last good sample. */
  get concealedMs(): number {
    return (this.#made * 1000) / this.#rate;
  }

  /** @returns what to play of good samples: themselves, or blended with what was made up just before. */
  good(samples: Int16Array): Int16Array {
    const played = this.#made > 0 ? this.#blend(samples) : samples;
    this.#made = 0;
    this.#remember(samples);
    return played;
  }

  /** @returns `count` made-up samples; silence after 60 ms. */
  conceal(count: number): Int16Array {
    if (this.#made === 0) this.#begin();
    const out = Int16Array.from({ length: count }, (_, at) => Math.round(this.#sampleAt(this.#made + at)));
    this.#made += count;
    return out;
  }

  /** Forgets everything: another voice begins. */
  reset(): void {
    this.#history.fill(0);
    this.#made = 0;
  }

  #samples(ms: number): number {
    return Math.round((ms * this.#rate) / 1000);
  }

  #remember(samples: Int16Array): void {
    const kept = samples.subarray(Math.max(0, samples.length - this.#history.length));
    this.#history.copyWithin(0, kept.length);
    this.#history.set(kept, this.#history.length - kept.length);
  }

  #begin(): void {
    const past = this.#history;
    const pitch = findPitch(past, {
      min: this.#samples(MIN_PITCH_MS),
      max: this.#samples(MAX_PITCH_MS),
      window: this.#samples(WINDOW_MS),
    });
    const quarter = pitch >> 2;
    const start = past.length - pitch;
    this.#period = Float32Array.from({ length: pitch }, (_, at) => {
      const here = past[start + at] ?? 0;
      const fade = (at - (pitch - quarter) + 1) / (quarter + 1);
      return fade > 0 ? here * (1 - fade) + (past[start + at - pitch] ?? 0) * fade : here;
    });
    this.#step = (past.at(-1) ?? 0) - (past[start - 1] ?? 0);
  }

  /** @param at samples since the loss began */
  #sampleAt(at: number): number {
    const ms = (at * 1000) / this.#rate;
    if (ms >= FADE_END_MS) return 0;
    const gain = Math.min(1, (FADE_END_MS - ms) / (FADE_END_MS - FADE_START_MS));
    const length = this.#period.length;
    const levelling = Math.max(0, 1 - at / Math.max(1, length >> 2)) * this.#step;
    return hold(gain * ((this.#period[at % length] ?? 0) + levelling));
  }

  #blend(samples: Int16Array): Int16Array {
    const overlapMs = Math.min(MAX_OVERLAP_MS, MIN_OVERLAP_MS + (this.concealedMs / 10) * 4);
    const overlap = Math.min(samples.length, this.#samples(overlapMs));
    const out = samples.slice();
    for (let at = 0; at < overlap; at++) {
      const share = (at + 1) / (overlap + 1);
      out[at] = Math.round((1 - share) * this.#sampleAt(this.#made + at) + share * (samples[at] ?? 0));
    }
    return out;
  }
}

/** @returns the lag in [min, max] at which the last `window` samples resemble what came before most (normalised correlation). */
function findPitch(past: Int16Array, range: { min: number; max: number; window: number }): number {
  const coarse = bestLag(past, { ...range, lagStep: COARSE, step: COARSE });
  const near = { min: Math.max(range.min, coarse - COARSE), max: Math.min(range.max, coarse + COARSE) };
  return bestLag(past, { ...range, ...near, lagStep: 1, step: 1 });
}

function bestLag(
  past: Int16Array,
  search: { min: number; max: number; window: number; lagStep: number; step: number },
): number {
  const start = past.length - search.window;
  let best = search.max;
  let bestScore = 0;
  for (let lag = search.min; lag <= search.max; lag += search.lagStep) {
    let product = 0;
    let energy = 1;
    for (let at = start; at < past.length; at += search.step) {
      const before = past[at - lag] ?? 0;
      product += (past[at] ?? 0) * before;
      energy += before * before;
    }
    const score = product / Math.sqrt(energy);
    if (score > bestScore) {
      bestScore = score;
      best = lag;
    }
  }
  return best;
}

function hold(value: number): number {
  return Math.max(-32_768, Math.min(32_767, value));
}
