import type { Clock } from "@/lib/platform/clock";

/** `burst` lines at once, then one in `everyMs`. */
export type LineRate = { burst: number; everyMs: number };

/** Every line of a guest may place a call that outlives it: how often one address may open one. */
export class GuestRate {
  /** Address → when all of its burst is there again: the generic cell rate algorithm (ITU-T I.371). */
  readonly #fullAt = new Map<string, number>();

  constructor(
    private readonly rate: LineRate,
    private readonly deps: { clock: Clock },
  ) {}

  /** How many addresses it remembers. */
  get addresses(): number {
    return this.#fullAt.size;
  }

  /** @returns milliseconds until this address may open one more; 0: now */
  waitMs(address: string): number {
    const { burst, everyMs } = this.rate;
    const now = this.deps.clock.now();
    return Math.max(0, this.#fullFrom({ address, now }) - now - (burst - 1) * everyMs);
  }

  /** This address opens one. */
  take(address: string): void {
    const now = this.deps.clock.now();
    for (const [known, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(known);
    this.#fullAt.set(address, Math.max(now, this.#fullFrom({ address, now })) + this.rate.everyMs);
  }

  /** Never later than after a whole burst, and kept so from then on: the clock may have been set back. */
  #fullFrom({ address, now }: { address: string; now: number }): number {
    const { burst, everyMs } = this.rate;
    const known = this.#fullAt.get(address) ?? now;
    const latest = now + burst * everyMs;
    if (known <= latest) return known;
    this.#fullAt.set(address, latest);
    return latest;
  }
}
