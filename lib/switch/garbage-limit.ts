import type { Clock } from "@/lib/platform/clock";

/** Token bucket: `burst` at once, then `perSecond`. */
export type RateLimit = { burst: number; perSecond: number };

/** A well-behaved peer sends a handful of texts a second; a faulty message costs ten times a good one. */
export const DEFAULT_RATE_LIMIT: RateLimit = { burst: 400, perSecond: 100 };
export const COST = { good: 1, faulty: 10 } as const;

/** Measures how much a peer asks of us. */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;

  constructor(
    private readonly limit: RateLimit,
    private readonly deps: { clock: Clock },
  ) {
    this.#tokens = limit.burst;
    this.#filledAt = deps.clock.now();
  }

  /** @returns false where the peer has had more than its share. */
  take(cost: number): boolean {
    const now = this.deps.clock.now();
    const gained = ((now - this.#filledAt) * this.limit.perSecond) / 1000;
    this.#tokens = Math.min(this.limit.burst, this.#tokens + gained) - cost;
    this.#filledAt = now;
    return this.#tokens >= 0;
  }
}
