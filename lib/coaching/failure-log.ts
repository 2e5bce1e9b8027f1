import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";

/** Says the same failure once in a while instead of once a second, with the number of those left unsaid. */
export class FailureLog {
  readonly #said = new Map<string, { at: number; unsaid: number }>();

  constructor(private readonly deps: { clock: Clock; logger: Logger; everyMs?: number }) {}

  warn(failure: { key: string; error: unknown; message: string; fields?: Record<string, unknown> }): void {
    const now = this.deps.clock.now();
    const before = this.#said.get(failure.key);
    if (before && now - before.at < (this.deps.everyMs ?? 60_000)) {
      before.unsaid += 1;
      return;
    }
    this.#said.set(failure.key, { at: now, unsaid: 0 });
    this.deps.logger.warn({ ...failure.fields, err: failure.error, unsaid: before?.unsaid ?? 0 }, failure.message);
  }
}
