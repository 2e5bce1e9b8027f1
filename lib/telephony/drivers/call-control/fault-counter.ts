import type { Logger } from "@/lib/platform/logger";

export type FaultKind = "badMessage" | "badFrame" | "outOfOrder" | "tooManyCalls";

/** Counts what a gateway sends that it should not. Logs the 1st, 2nd, 4th, 8th …: a flood of faults is not a flood of lines. */
export class FaultCounter {
  readonly #counts: Record<FaultKind, number> = { badMessage: 0, badFrame: 0, outOfOrder: 0, tooManyCalls: 0 };

  constructor(private readonly logger: Logger) {}

  get counts(): Readonly<Record<FaultKind, number>> {
    return this.#counts;
  }

  add(kind: FaultKind, details: { reason: string; callId?: string }): void {
    this.#counts[kind] += 1;
    const count = this.#counts[kind];
    if ((count & (count - 1)) === 0) this.logger.warn({ kind, count, ...details }, "gateway sent something unusable");
  }
}
