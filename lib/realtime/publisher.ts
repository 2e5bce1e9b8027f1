import type { Party } from "@/lib/contract/call";
import type { DomainEvent, DomainEventOf } from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import type { Board } from "./board";
import type { CallGuard } from "./call-guard";
import type { Desks } from "./desk";
import { leftOf } from "./elapsed";
import type { LiveCalls } from "./live-calls";
import type { Broadcast, RealtimeMetrics } from "./ports";
import { rooms } from "./rooms";

/** A call that has just sent waits so long before it sends again; what happens meanwhile goes out together. */
export const BATCH_MS = 16;

type Deps = {
  bus: EventBus;
  calls: LiveCalls;
  guard: Pick<CallGuard, "onEvent">;
  board: Board;
  stream: CallStream;
  desks: Pick<Desks, "onEvent">;
};

/** From the bus to the rooms. The bus guards each subscription: one that fails is logged and stops no other. */
export function startPublisher({ bus, calls, guard, board, stream, desks }: Deps): () => void {
  const ends = [
    bus.subscribe((event) => calls.apply(event)),
    bus.subscribe((event) => guard.onEvent(event)),
    bus.subscribe((event) => stream.push(event)),
    bus.subscribe((event) => board.onEvent(event)),
    bus.subscribe((event) => desks.onEvent(event)),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** `after`: of the last event that was sent, or before the first that may be; null: nobody looks. */
type Lane = { events: DomainEvent[]; after: number | null; sentAt: number; isPlanned: boolean };

/**
 * The events of each call that someone has open, as call:events messages: at once (all of one turn of the event loop together)
 * after a pause, else at most one message every 16 ms.
 *
 * Numbering: a message says after which number it goes on. Of what is between that and its last event it leaves out how far a voice
 * has come, which only the record needs, and a partial that the party's next partial of the same utterance replaces (never the first
 * event). So a client has missed something exactly if `after > last`.
 */
export class CallStream {
  readonly #lanes = new Map<CallId, Lane>();

  constructor(
    private readonly deps: {
      clock: Clock;
      broadcast: Broadcast;
      /** Whether anyone is in the room: without, nothing is encoded. */
      hasAudience: (room: string) => boolean;
      metrics?: Pick<RealtimeMetrics, "batch"> | undefined;
    },
  ) {}

  push(event: DomainEvent): void {
    const known = this.#lanes.get(event.callId);
    if (!this.deps.hasAudience(rooms.call(event.callId))) {
      // Who comes now begins with a snapshot.
      if (known) {
        known.events = [];
        known.after = null;
      }
      return;
    }
    const lane = known ?? { events: [], after: null, sentAt: Number.NEGATIVE_INFINITY, isPlanned: false };
    this.#lanes.set(event.callId, lane);
    lane.after ??= event.sequence - 1;
    if (event.type === "speaking.progressed") return;
    lane.events.push(event);
    if (lane.isPlanned) return;
    lane.isPlanned = true;
    const flush = () => this.#flush(event.callId);
    const waitMs = leftOf({ since: lane.sentAt, ms: BATCH_MS, now: this.deps.clock.now() });
    if (waitMs > 0) this.deps.clock.after(waitMs, flush);
    else queueMicrotask(flush);
  }

  forget(callId: CallId): void {
    this.#lanes.delete(callId);
  }

  #flush(callId: CallId): void {
    const lane = this.#lanes.get(callId);
    if (!lane) return;
    lane.isPlanned = false;
    const [first, last] = [lane.events[0], lane.events.at(-1)];
    if (!first || !last) return;
    const after = lane.after ?? first.sequence - 1;
    const events = withoutReplacedPartials(lane.events);
    lane.events = [];
    lane.after = last.sequence;
    lane.sentAt = this.deps.clock.now();
    this.deps.broadcast({
      rooms: rooms.call(callId),
      name: "call:events",
      payload: { version: SOCKET_VERSION, sentAt: lane.sentAt, callId, after, events },
    });
    this.deps.metrics?.batch({ events: events.length, ageMs: lane.sentAt - first.occurredAt });
  }
}

/**
 * Leaves out partials that the same party's next line event replaces; the first event always stays. Folding what is left gives
 * what folding all would.
 */
export function withoutReplacedPartials(events: DomainEvent[]): DomainEvent[] {
  if (events.length < 3) return events;
  const replaced = new Set<DomainEvent>();
  const latest = new Map<Party, DomainEventOf<"utterance.partial">>();
  for (const event of events) {
    if (event.type === "utterance.partial") {
      const { party, utteranceId } = event.utterance;
      const before = latest.get(party);
      if (before?.utterance.utteranceId === utteranceId && before !== events[0]) replaced.add(before);
      latest.set(party, event);
    } else if (event.type === "utterance.final") latest.delete(event.utterance.party);
    else if (event.type === "utterance.dropped") latest.delete(event.party);
  }
  return replaced.size === 0 ? events : events.filter((event) => !replaced.has(event));
}
