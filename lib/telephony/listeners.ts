import type { Logger } from "@/lib/platform/logger";

type Listener = (...args: never[]) => void;

/** Typed listeners that disturb neither each other nor the one who tells them: an exception is logged and goes no further. */
export class Listeners<Events extends Record<keyof Events, Listener>> {
  readonly #byEvent = new Map<keyof Events, Set<Listener>>();

  constructor(private readonly logger: Logger) {}

  /** @returns a function that removes the listener. */
  on<E extends keyof Events>(event: E, listener: Events[E]): () => void {
    const set = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<E extends keyof Events>(event: E, ...args: Parameters<Events[E]>): void {
    for (const listener of this.#byEvent.get(event) ?? []) {
      try {
        Reflect.apply(listener, undefined, args);
      } catch (error) {
        this.logger.error({ err: error, gatewayEvent: String(event) }, "gateway listener failed");
      }
    }
  }
}
