import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallView } from "@/lib/contract/call-view";
import type { CommandError, CommandResult } from "@/lib/contract/command-result";
import type { DomainEvent } from "@/lib/contract/domain-events";
import { FakeClock } from "@/lib/platform/clock";
import { foldCallView, startCallView } from "../call-view";
import { withoutReplacedPartials } from "../publisher";
import { FramedState } from "../store";
import { anyEvent, arrived, callId, numbered } from "../testing/call-events";
import { CallSubscriptions, type SendCommand } from "./client";

const id = callId("c1");

/** A server in a box: its view moves with `publish`, its messages are delivered, lost or doubled as the test says. */
class ScriptedServer {
  view: CallView | null = null;
  connected = true;
  readonly asked: string[] = [];
  failure: CommandError | null = null;
  readonly #open: (() => void)[] = [];

  readonly command: SendCommand = ((name: string) => {
    this.asked.push(name);
    return new Promise<CommandResult<unknown>>((resolve) => {
      const taken = this.failure ?? { ok: true, data: { sentAt: 0, view: this.view, viewers: [] } };
      this.#open.push(() => resolve(taken as CommandResult<unknown>));
    });
  }) as SendCommand;

  publish(events: DomainEvent[]): void {
    for (const event of events) {
      if (event.type === "call.arrived") this.view = startCallView(event);
      else if (this.view) this.view = foldCallView(this.view, event);
    }
  }

  /** Lets the answers under way arrive, oldest first. */
  async answer(): Promise<void> {
    for (const arrive of this.#open.splice(0)) arrive();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function make() {
  const server = new ScriptedServer();
  const clock = new FakeClock();
  const state = new FramedState((run) => run());
  const calls = new CallSubscriptions({ state, clock, command: server.command, isConnected: () => server.connected });
  return { server, clock, state, calls, call: () => state.store.getState().calls[id] };
}

describe("CallSubscriptions", () => {
  it("ends with the server's view whatever is lost, doubled or overtaken by a snapshot", async () => {
    const fate = fc.constantFrom("delivered", "delivered", "lost", "doubled", "answer first", "reconnect");
    const step = fc.record({ events: fc.array(anyEvent(id), { minLength: 1, maxLength: 6 }), fate });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const { server, calls, call } = make();
        server.publish(numbered([arrived("c1")]));
        calls.watch(id);
        let next = 2;
        for (const { events, fate: how } of steps) {
          const numberedEvents = numbered(events, next);
          server.publish(numberedEvents);
          const message = { callId: id, after: next - 1, events: withoutReplacedPartials(numberedEvents) };
          next += events.length;
          if (how === "answer first") await server.answer();
          if (how === "reconnect") calls.onConnected();
          if (how !== "lost") calls.onEvents(message);
          if (how === "doubled") calls.onEvents(message);
        }
        await server.answer();
        const last = numbered([{ type: "call.answered", callId: id }], next);
        server.publish(last);
        calls.onEvents({ callId: id, after: next - 1, events: last });
        await server.answer();
        await server.answer();
        expect(call()?.view).toEqual(server.view);
      }),
      { numRuns: 300 },
    );
  });

  it("asks for one snapshot only, however many look, and leaves 250 ms after the last", async () => {
    const { server, clock, calls, call } = make();
    server.publish(numbered([arrived("c1")]));
    const [first, second] = [calls.watch(id), calls.watch(id)];
    await server.answer();
    expect(call()?.state).toBe("ready");
    first();
    first();
    await clock.advance(1000);
    expect(server.asked).toEqual(["call:subscribe"]);
    second();
    const third = calls.watch(id);
    await clock.advance(1000);
    expect(server.asked).toEqual(["call:subscribe"]);
    third();
    await clock.advance(1000);
    expect(server.asked).toEqual(["call:subscribe", "call:unsubscribe"]);
    expect(call()).toBeUndefined();
  });

  it("says that a call is not there, and tries again after a failure that passes", async () => {
    const { server, clock, calls, call } = make();
    server.publish(numbered([arrived("c1")]));
    server.failure = { ok: false, code: "TIMEOUT", message: "late", retryable: true };
    calls.watch(id);
    await server.answer();
    expect(call()).toMatchObject({ state: "error", error: { code: "TIMEOUT" } });
    server.failure = null;
    await clock.advance(2000);
    await server.answer();
    expect(call()).toMatchObject({ state: "ready", error: null });
    server.failure = { ok: false, code: "NOT_FOUND", message: "gone", retryable: false };
    calls.onConnected();
    await server.answer();
    expect(call()).toMatchObject({ state: "not-found", view: null });
    await clock.advance(10_000);
    expect(server.asked).toHaveLength(3);
  });

  it("shows the old view while it is offline and while a snapshot is under way", async () => {
    const { server, calls, call } = make();
    server.publish(numbered([arrived("c1")]));
    calls.watch(id);
    await server.answer();
    const shown = call();
    server.connected = false;
    calls.onConnected();
    server.connected = true;
    calls.onConnected();
    expect(call()).toBe(shown);
  });
});

it("shows nothing more of a call that is withdrawn, and what the server says of it", async () => {
  const { server, calls, call } = make();
  server.publish(numbered([arrived("c1")]));
  calls.watch(id);
  await server.answer();
  expect(call()).toMatchObject({ state: "ready" });
  server.failure = { ok: false, code: "NOT_FOUND", message: "There is no such call.", retryable: false };
  calls.onWithdrawn(id);
  expect(call()).toMatchObject({ state: "loading", view: null, viewers: [] });
  await server.answer();
  expect(call()).toMatchObject({ state: "not-found", view: null });
});
