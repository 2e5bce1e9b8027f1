import type { Logger } from "@/lib/platform/logger";
import type { TranscriberEvents } from "../../transcriber";

type Payloads = { [E in keyof TranscriberEvents]: Parameters<TranscriberEvents[E]>[0] };
type Listeners = { [E in keyof Payloads]: Set<(payload: Payloads[E]) => void> };

/** The listeners of a transcriber; one that throws is logged and disturbs nobody. */
export class TranscriberListeners {
  readonly #logger: Logger;
  readonly #listeners: Listeners = { voice: new Set(), utterance: new Set(), dropped: new Set(), level: new Set() };

  constructor(options: { logger: Logger }) {
    this.#logger = options.logger;
  }

  /** @returns a function that ends the subscription. */
  on<E extends keyof TranscriberEvents>(event: E, listener: TranscriberEvents[E]): () => void {
    const listeners = this.#listeners[event];
    // TypeScript does not see that TranscriberEvents[E] takes Payloads[E], by definition.
    const typed = listener as (payload: Payloads[E]) => void;
    listeners.add(typed);
    return () => listeners.delete(typed);
  }

  emit<E extends keyof TranscriberEvents>(event: E, payload: Payloads[E]): void {
    for (const listener of this.#listeners[event]) {
      try {
        listener(payload);
      } catch (error) {
        this.#logger.error({ err: error, transcriberEvent: event }, "transcriber listener failed");
      }
    }
  }
}
