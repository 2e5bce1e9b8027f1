import type { Clock } from "@/lib/platform/clock";

export type Rate = { burst: number; perSecond: number };

/** Token buckets by key: `burst` at once, refilled with `perSecond`. One instance a socket. */
export class RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly deps: { clock: Clock }) {}

  /** @returns whether one more is allowed now. */
  take(key: string, { burst, perSecond }: Rate): boolean {
    const now = this.deps.clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
