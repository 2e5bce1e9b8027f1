import { describe, expect, it, vi } from "vitest";
import { type DomainEvent, domainEventSchema } from "@/lib/contract/domain-events";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { EventBus } from "./event-bus";

const first = callIdSchema.parse("call-1");
const second = callIdSchema.parse("call-2");
const answered = (callId: CallId) => ({ type: "call.answered", callId }) as const;

function makeBus() {
  const clock = new FakeClock();
  return { clock, bus: new EventBus({ clock, logger: silentLogger }) };
}

describe("EventBus", () => {
  it("numbers the events of each call from 1 and stamps them", () => {
    const { bus, clock } = makeBus();
    const events = [bus.publish(answered(first)), bus.publish(answered(second)), bus.publish(answered(first))];
    expect(events.map((event) => [event.callId, event.sequence])).toEqual([
      [first, 1],
      [second, 1],
      [first, 2],
    ]);
    for (const event of events) {
      expect(event.occurredAt).toBe(clock.now());
      expect(domainEventSchema.safeParse(event).success).toBe(true);
    }
  });

  it("shows every listener one order, also for events published by listeners", () => {
    const { bus } = makeBus();
    const seen: [string[], string[]] = [[], []];
    bus.subscribe((event) => {
      seen[0].push(`${event.type}#${event.sequence}`);
      if (event.type === "call.answered") bus.publish({ type: "call.connected", callId: first, attempt: 1 });
    });
    bus.subscribe((event) => seen[1].push(`${event.type}#${event.sequence}`));
    bus.publish(answered(first));
    expect(seen[0]).toEqual(["call.answered#1", "call.connected#2"]);
    expect(seen[1]).toEqual(seen[0]);
  });

  it("goes on after a listener that throws", () => {
    const { bus } = makeBus();
    const listener = vi.fn();
    bus.subscribe(() => {
      throw new Error("broken listener");
    });
    bus.subscribe(listener);
    bus.publish(answered(first));
    bus.publish(answered(first));
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("delivers by type and no more after the end of a subscription", () => {
    const { bus } = makeBus();
    const seen: DomainEvent[] = [];
    const end = bus.on("call.answered", (event) => seen.push(event));
    bus.publish(answered(first));
    bus.publish({ type: "call.connected", callId: first, attempt: 1 });
    end();
    bus.publish(answered(first));
    expect(seen).toHaveLength(1);
  });
});
