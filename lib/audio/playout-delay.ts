/**
 * How long to hold frames back so that nearly all come in time: a quantile of their delays relative to the fastest one of the
 * last seconds, as WebRTC's NetEq delay manager does it (RFC 3550 §6.4.1's mean deviation says nothing about the tail). The
 * fastest one also follows the drift between the sender's clock and ours.
 */
const WINDOW_FRAMES = 500;
const QUANTILE = 0.97;
/** For the sound card's own steps. */
const MARGIN_MS = 10;
/** While decoder and sound card start, frames come in lumps: so many of the first say nothing of those that follow. */
const WARM_UP_FRAMES = 75;
/** Sorting 500 numbers for every frame would be wasted. */
const RENEW_EVERY = 10;
/** Later than this is a stall, not jitter: it is never waited for. */
export const STALL_MS = 1000;
/** Stalled frames for so long are the new normal: a longer way, or another clock. */
const NEW_NORMAL_MS = 500;

export class PlayoutDelay {
  #transits: number[] = [];
  #base = Number.POSITIVE_INFINITY;
  #relative = 0;
  #pushed = 0;
  #stalledSince: number | null = null;

  constructor(private readonly limits: { minMs: number; maxMs: number }) {}

  /** Smallest arrival − atMs of the window, milliseconds. */
  get baseMs(): number {
    return this.#base;
  }

  /** How long after the arrival of the fastest a frame should be played, milliseconds. */
  get targetMs(): number {
    return Math.max(this.limits.minMs, Math.min(this.limits.maxMs, this.#relative + MARGIN_MS));
  }

  /** @returns false for a frame that comes out of a stall and is too late to be played. */
  measure({ atMs, arrivedMs }: { atMs: number; arrivedMs: number }): boolean {
    const transit = arrivedMs - atMs;
    if (transit - this.#base > STALL_MS) {
      this.#stalledSince ??= arrivedMs;
      if (arrivedMs - this.#stalledSince < NEW_NORMAL_MS) return false;
      this.reset();
    }
    this.#stalledSince = null;
    this.#transits.push(transit);
    const dropped = this.#transits.length > WINDOW_FRAMES ? this.#transits.shift() : undefined;
    if (transit <= this.#base) this.#base = transit;
    else if (dropped !== undefined && dropped <= this.#base) this.#base = Math.min(...this.#transits);
    if (++this.#pushed === WARM_UP_FRAMES) this.#forgetStart();
    // A frame later than all that was reckoned with counts at once.
    if (this.#pushed % RENEW_EVERY === 0 || transit - this.#base > this.#relative) this.#renew();
    return true;
  }

  reset(): void {
    this.#transits = [];
    this.#base = Number.POSITIVE_INFINITY;
    this.#relative = 0;
    this.#pushed = 0;
    this.#stalledSince = null;
  }

  #forgetStart(): void {
    this.#transits = this.#transits.slice(-WARM_UP_FRAMES / 3);
    this.#base = Math.min(...this.#transits);
    this.#renew();
  }

  #renew(): void {
    const delays = this.#transits
      .map((transit) => transit - this.#base)
      .filter((delay) => delay <= STALL_MS)
      .sort((a, b) => a - b);
    this.#relative = delays[Math.min(delays.length - 1, Math.floor(QUANTILE * delays.length))] ?? 0;
  }
}
