/** Runs at most `limit` tasks at once; the others wait in the order they came. */
export class ConcurrencyLimit {
  readonly #limit: number;
  #running = 0;
  #waiting: (() => void)[] = [];

  constructor(options: { limit: number }) {
    this.#limit = options.limit;
  }

  /** @throws what `task` throws, or the signal's reason where it aborts before the task's turn. */
  async run<T>(task: () => Promise<T>, options: { signal?: AbortSignal | undefined } = {}): Promise<T> {
    options.signal?.throwIfAborted();
    if (this.#running >= this.#limit) await this.#turn(options.signal);
    else this.#running += 1;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  /** The place is handed from the task that ends to the first that waits, so `#running` does not change. */
  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== begin);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(begin);
    });
  }
}
