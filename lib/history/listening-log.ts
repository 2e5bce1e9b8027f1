import type { CallId, UserId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";

/** A player that has not asked for so long has been put down. */
const PAUSE_MS = 10 * 60_000;

/** Tells the first request of a player from the many that follow it, so that the audit has a line per act of listening. */
export class ListeningLog {
  readonly #lastAt = new Map<string, number>();

  constructor(private readonly deps: { clock: Clock }) {}

  /** @returns whether this person begins to listen to this recording now. */
  begins({ userId, callId }: { userId: UserId; callId: CallId }): boolean {
    const now = this.deps.clock.now();
    for (const [key, at] of this.#lastAt) if (now - at > PAUSE_MS) this.#lastAt.delete(key);
    const key = `${userId} ${callId}`;
    const begins = !this.#lastAt.has(key);
    this.#lastAt.set(key, now);
    return begins;
  }
}
