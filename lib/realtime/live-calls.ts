import { isLive, LEFT_CALL_KEPT_MS } from "@/lib/contract/call";
import type { CallView } from "@/lib/contract/call-view";
import type { DomainEvent, DomainEventType } from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import { foldCallView, startCallView } from "./call-view";

/** How long an ended call can still be opened live; late finals and notes still come in. */
export const ENDED_CALL_KEPT_MS = 120_000;

const REMOVAL_EVENTS: ReadonlySet<DomainEventType> = new Set(["call.ended", "call.arrived", "call.monitoring_changed"]);

/** The folded views of live and just-ended calls: what a snapshot is made of. */
export class LiveCalls {
  readonly #views = new Map<CallId, CallView>();
  readonly #removals = new Map<CallId, () => void>();

  constructor(private readonly deps: { clock: Clock; onRemoved?: (callId: CallId) => void }) {}

  /** Events of a call whose arrival was not seen, or that is gone, are dropped. */
  apply(event: DomainEvent): void {
    const known = this.#views.get(event.callId);
    if (!known && event.type !== "call.arrived") return;
    const view =
      event.type === "call.arrived" && (!known || event.sequence <= known.sequence)
        ? startCallView(event)
        : known && foldCallView(known, event);
    if (!view) return;
    this.#views.set(event.callId, view);
    if (REMOVAL_EVENTS.has(event.type)) this.#planRemoval(view);
  }

  get(callId: CallId): CallView | undefined {
    return this.#views.get(callId);
  }

  all(): IterableIterator<CallView> {
    return this.#views.values();
  }

  close(): void {
    for (const cancel of this.#removals.values()) cancel();
    this.#removals.clear();
  }

  #planRemoval(view: CallView): void {
    const { callId } = view.info;
    this.#removals.get(callId)?.();
    this.#removals.delete(callId);
    if (isLive(view.state) && view.monitoring !== "left") return;
    const keptMs = isLive(view.state) ? LEFT_CALL_KEPT_MS : ENDED_CALL_KEPT_MS;
    const remove = () => {
      this.#removals.delete(callId);
      this.#views.delete(callId);
      this.deps.onRemoved?.(callId);
    };
    this.#removals.set(callId, this.deps.clock.after(keptMs, remove));
  }
}
