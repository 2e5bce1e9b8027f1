import type { CoachingSettings } from "./constants";

const MINUTE_MS = 60_000;

/** How much one call may be told: a rule's cool-down, so many a minute, so many open, one proposal a cause. */
export class ProposalLimits {
  readonly #causes = new Set<string>();
  readonly #lastByRule = new Map<string, number>();
  #recent: number[] = [];

  constructor(private readonly settings: Pick<CoachingSettings, "ruleCooldownMs" | "maxOpen">) {}

  /** @param proposal.unfinished suggestions of the call that are undecided or not yet spoken */
  allows(proposal: { rule: string; cause: string; now: number; unfinished: number; maxPerMinute: number }): boolean {
    const { rule, cause, now, unfinished, maxPerMinute } = proposal;
    const last = this.#lastByRule.get(rule);
    this.#recent = this.#recent.filter((at) => now - at < MINUTE_MS);
    return (
      !this.#causes.has(cause) &&
      (last === undefined || now - last >= this.settings.ruleCooldownMs) &&
      unfinished < this.settings.maxOpen &&
      this.#recent.length < maxPerMinute
    );
  }

  note({ rule, cause, now }: { rule: string; cause: string; now: number }): void {
    this.#causes.add(cause);
    this.#lastByRule.set(rule, now);
    this.#recent.push(now);
  }
}
