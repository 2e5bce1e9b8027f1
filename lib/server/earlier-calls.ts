import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";

/** After the telephone connections were opened: so long they, and the calls' own connections, have to stand again. */
export const FOUND_AGAIN_MS = 15_000;

type Deps = {
  /** Ends in the record whatever began before this time (milliseconds since the epoch) and was not found again. */
  endLost: (options: { before: number }) => Promise<unknown>;
  clock: Clock;
  logger: Logger;
};

/** The calls of an earlier run: for a while after the start nobody can say that one of them is over. */
export class EarlierCalls {
  readonly #startedAt: number;
  #areKnown = false;
  #cancel: (() => void) | null = null;

  constructor(private readonly deps: Deps) {
    this.#startedAt = deps.clock.now();
  }

  /** True: what was not found is over, in the record as well. */
  get areKnown(): boolean {
    return this.#areKnown;
  }

  /** The telephone connections have been opened. */
  search(): void {
    const { clock, logger, endLost } = this.deps;
    this.#cancel = clock.after(FOUND_AGAIN_MS, () => {
      this.#areKnown = true;
      endLost({ before: this.#startedAt }).catch((error: unknown) =>
        logger.error({ err: error }, "calls of an earlier run could not be ended"),
      );
    });
  }

  stop(): void {
    this.#cancel?.();
  }
}
