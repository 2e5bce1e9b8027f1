/**
 * Exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015): a random share of
 * the bound, so that many clients of a restarted gateway do not come back at once.
 */
export class Backoff {
  #attempt = 0;

  constructor(private readonly options: { baseMs: number; capMs: number; random: () => number }) {}

  /** @returns the delay before the next attempt, ms. */
  next(): number {
    const { baseMs, capMs, random } = this.options;
    const bound = Math.min(capMs, baseMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return Math.floor(random() * bound);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
