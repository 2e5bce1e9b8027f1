import {
  type DomainEvent,
  type DomainEventOf,
  type DomainEventType,
  EVENT_VERSION,
  type NewDomainEvent,
} from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";

type Listener = (event: DomainEvent) => void;

/**
 * The engine's one notice board. Adds version, sequence (per call, from 1, no gaps) and time; delivers synchronously and in
 * order; a listener that throws is logged and disturbs nobody.
 */
export class EventBus {
  readonly #listeners = new Set<Listener>();
  readonly #sequences = new Map<CallId, number>();
  readonly #queue: DomainEvent[] = [];
  #delivering = false;

  constructor(private readonly deps: { clock: Clock; logger: Logger }) {}

  /** Publishes during a delivery wait their turn, so every listener sees one order. @returns the event as published. */
  publish(event: NewDomainEvent): DomainEvent {
    const sequence = (this.#sequences.get(event.callId) ?? 0) + 1;
    this.#sequences.set(event.callId, sequence);
    const published = { ...event, version: EVENT_VERSION, sequence, occurredAt: this.deps.clock.now() } as DomainEvent;
    this.#queue.push(published);
    if (!this.#delivering) this.#deliver();
    return published;
  }

  /** @returns a function that ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  on<T extends DomainEventType>(type: T, listener: (event: DomainEventOf<T>) => void): () => void {
    return this.subscribe((event) => {
      if (event.type === type) listener(event as DomainEventOf<T>);
    });
  }

  /** Forgets the sequence of a call; only once nothing about it can be published any more. */
  forget(callId: CallId): void {
    this.#sequences.delete(callId);
  }

  #deliver(): void {
    this.#delivering = true;
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) {
      for (const listener of this.#listeners) {
        try {
          listener(event);
        } catch (error) {
          this.deps.logger.error({ err: error, eventType: event.type, callId: event.callId }, "event listener failed");
        }
      }
    }
    this.#delivering = false;
  }
}
