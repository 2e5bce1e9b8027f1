import { describe, expect, it } from "vitest";
import type { ServerEventPayload } from "@/lib/contract/socket-events";
import { EventBus } from "@/lib/events/event-bus";
import { silentLogger } from "@/lib/platform/logger";
import { BATCH_MS, CallStream, withoutReplacedPartials } from "./publisher";
import { anna, arrived, callId, line, numbered } from "./testing/call-events";
import { SteppedClock } from "./testing/stepped-clock";

type Options = { hasAudience?: () => boolean; onAge?: (ageMs: number) => void };

function makeStream({ hasAudience = () => true, onAge = () => undefined }: Options = {}) {
  const clock = new SteppedClock();
  const sent: ServerEventPayload<"call:events">[] = [];
  const stream = new CallStream({
    clock,
    hasAudience,
    broadcast: ({ payload }) => sent.push(payload as ServerEventPayload<"call:events">),
    metrics: { batch: ({ ageMs }) => onAge(ageMs) },
  });
  const bus = new EventBus({ clock, logger: silentLogger });
  bus.subscribe((event) => stream.push(event));
  const partial = (id: string, text: string) =>
    bus.publish({ type: "utterance.partial", callId: callId("c1"), utterance: line(id, { final: false, text }) });
  return { clock, sent, bus, partial };
}
const sequences = (sent: ServerEventPayload<"call:events">[]) =>
  sent.map(({ events }) => events.map((event) => event.sequence));

describe("CallStream", () => {
  it("sends at once after a pause, and what follows within 16 ms together", async () => {
    const { clock, sent, bus } = makeStream();
    bus.publish(arrived("c1"));
    bus.publish({ type: "call.answered", callId: callId("c1") });
    await clock.advance(0);
    expect(sequences(sent)).toEqual([[1, 2]]);
    bus.publish({ type: "call.ringing", callId: callId("c1"), attempt: 1, ringTimeMs: 1 });
    await clock.advance(BATCH_MS - 1);
    bus.publish({ type: "call.connected", callId: callId("c1"), attempt: 1 });
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sequences(sent)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("goes on when the clock is set back", async () => {
    const { clock, sent, bus } = makeStream();
    bus.publish(arrived("c1"));
    await clock.advance(0);
    clock.setBack(10_000);
    bus.publish({ type: "call.answered", callId: callId("c1") });
    await clock.advance(BATCH_MS);
    expect(sequences(sent)).toEqual([[1], [2]]);
  });

  it("leaves out replaced partials, never the first event of a message", async () => {
    const { clock, sent, partial } = makeStream();
    for (const text of ["a", "b", "c", "d"]) partial("u1", text);
    partial("u2", "x");
    await clock.advance(0);
    expect(sequences(sent)).toEqual([[1, 4, 5]]);
  });

  describe("how far a voice has come is for the record: it makes no message, is in none, and leaves no gap", () => {
    const on = { callId: callId("c1") };
    const progress = { type: "speaking.progressed" as const, ...on, speakingId: "v1", spokenMs: 500 };
    const said = (sent: ServerEventPayload<"call:events">[]) =>
      sent.map(({ after, events }) => [after, events.map((event) => event.sequence)]);

    it("before, between and after the events of a message", async () => {
      const { clock, sent, bus } = makeStream();
      bus.publish(arrived("c1"));
      await clock.advance(100);
      for (let second = 0; second < 3; second++) bus.publish(progress);
      await clock.advance(1000);
      expect(said(sent)).toEqual([[0, [1]]]);
      bus.publish({ type: "call.answered", ...on });
      bus.publish(progress);
      bus.publish({ type: "call.connected", ...on, attempt: 1 });
      bus.publish(progress);
      await clock.advance(100);
      bus.publish(progress);
      bus.publish({ type: "help.asked", ...on, by: anna });
      await clock.advance(100);
      expect(said(sent).slice(1)).toEqual([
        [1, [5, 7]],
        [7, [10]],
      ]);
    });

    it("while a message waits for its 16 ms", async () => {
      const { clock, sent, bus } = makeStream();
      bus.publish(arrived("c1"));
      await clock.advance(0);
      bus.publish({ type: "call.answered", ...on });
      await clock.advance(BATCH_MS - 1);
      bus.publish(progress);
      await clock.advance(1);
      bus.publish({ type: "call.connected", ...on, attempt: 1 });
      await clock.advance(100);
      expect(said(sent)).toEqual([
        [0, [1]],
        [1, [2]],
        [2, [4]],
      ]);
    });

    it("and no message is as old as it", async () => {
      const ages: number[] = [];
      const { clock, bus } = makeStream({ onAge: (ageMs) => ages.push(ageMs) });
      bus.publish(progress);
      await clock.advance(5000);
      bus.publish({ type: "call.answered", ...on });
      await clock.advance(100);
      expect(ages).toEqual([0]);
    });
  });

  it("bridges no gap of a time in which nobody looked", async () => {
    let isWatched = true;
    const { clock, sent, bus } = makeStream({ hasAudience: () => isWatched });
    const on = { callId: callId("c1") };
    bus.publish({ type: "speaking.progressed", ...on, speakingId: "v1", spokenMs: 500 });
    isWatched = false;
    bus.publish({ type: "call.answered", ...on });
    isWatched = true;
    bus.publish({ type: "call.connected", ...on, attempt: 1 });
    await clock.advance(100);
    expect(sent.map(({ after }) => after)).toEqual([2]);
    expect(sequences(sent)).toEqual([[3]]);
    bus.publish({ type: "call.ringing", ...on, attempt: 1, ringTimeMs: 1 });
    isWatched = false;
    bus.publish({ type: "help.asked", ...on, by: anna });
    await clock.advance(100);
    isWatched = true;
    bus.publish({ type: "call.connected", ...on, attempt: 2 });
    await clock.advance(100);
    // Who comes to a call that nobody had open comes with a snapshot.
    expect(sent.slice(1).map(({ after, events }) => [after, events[0]?.sequence])).toEqual([[5, 6]]);
  });

  it("keeps calls apart and encodes nothing for a call that nobody has open", async () => {
    const { clock, sent, bus } = makeStream();
    bus.publish(arrived("c1"));
    bus.publish(arrived("c2"));
    await clock.advance(0);
    expect(sent.map((message) => message.callId)).toEqual(["c1", "c2"]);
    const silent = makeStream({ hasAudience: () => false });
    silent.bus.publish(arrived("c1"));
    await silent.clock.advance(100);
    expect(silent.sent).toEqual([]);
  });
});

describe("withoutReplacedPartials", () => {
  it("leaves out only what the same party's next partial replaces", () => {
    const partial = (id: string) => ({
      ...{ type: "utterance.partial" as const, callId: callId("c1"), utterance: line(id, { final: false }) },
    });
    const final = { type: "utterance.final" as const, callId: callId("c1"), utterance: line("u1") };
    const events = numbered([partial("u1"), partial("u1"), partial("u1"), final, partial("u2"), partial("u2")]);
    expect(withoutReplacedPartials(events).map((event) => event.sequence)).toEqual([1, 3, 4, 6]);
    const mixed = numbered([partial("u1"), partial("u2"), partial("u1"), partial("u2")]);
    expect(withoutReplacedPartials(mixed)).toEqual(mixed);
  });
});
