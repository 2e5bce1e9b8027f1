import type { UserId } from "@/lib/contract/ids";
import type { ClientCommandName } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import { isOver } from "./elapsed";

export type Rate = { burst: number; perSecond: number };

/** Who has sent nothing for so long is forgotten; every bucket is full again long before. */
export const IDLE_MS = 5 * 60_000;
/** A person's refusals are worth a line in the log so often. */
export const REPORT_EVERY_MS = 60_000;
const PEOPLE_LIMIT = 10_000;

type Bucket = { tokens: number; at: number };
type Person = {
  buckets: Map<ClientCommandName, Bucket>;
  seenAt: number;
  unreported: number;
  reportedAt: number;
};

/**
 * Token buckets by person and command: `burst` at once, refilled with `perSecond`. One instance a server, so that neither more
 * sockets nor new ones give a person more.
 */
export class RateLimiter {
  /** The longest idle first. */
  readonly #people = new Map<UserId, Person>();

  constructor(private readonly deps: { clock: Clock; peopleLimit?: number }) {}

  /** How many people it remembers. */
  get people(): number {
    return this.#people.size;
  }

  /** @returns whether one more is allowed now. */
  take({ userId, command, rate }: { userId: UserId; command: ClientCommandName; rate: Rate }): boolean {
    const { burst, perSecond } = rate;
    const now = this.deps.clock.now();
    const person = this.#see(userId);
    const bucket = person.buckets.get(command) ?? { tokens: burst, at: now };
    person.buckets.set(command, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) {
      person.unreported += 1;
      return false;
    }
    bucket.tokens -= 1;
    return true;
  }

  /** @returns how many of a person's commands were over their rate since the last report, now to be made; 0: none, or that was less than a minute ago. */
  excessToReport(userId: UserId): number {
    const person = this.#people.get(userId);
    const now = this.deps.clock.now();
    if (!person || !isOver({ since: person.reportedAt, ms: REPORT_EVERY_MS, now })) return 0;
    const excess = person.unreported;
    if (excess > 0) Object.assign(person, { unreported: 0, reportedAt: now });
    return excess;
  }

  #see(userId: UserId): Person {
    const now = this.deps.clock.now();
    const person = this.#people.get(userId) ?? {
      buckets: new Map(),
      seenAt: now,
      unreported: 0,
      reportedAt: Number.NEGATIVE_INFINITY,
    };
    person.seenAt = now;
    this.#people.delete(userId);
    this.#people.set(userId, person);
    this.#forget(now);
    return person;
  }

  #forget(now: number): void {
    const { peopleLimit = PEOPLE_LIMIT } = this.deps;
    for (const [userId, { seenAt }] of this.#people) {
      if (now - seenAt < IDLE_MS && this.#people.size <= peopleLimit) return;
      this.#people.delete(userId);
    }
  }
}
