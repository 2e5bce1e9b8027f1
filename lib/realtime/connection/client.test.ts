import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { alertOf, anyEvent, arrived, callId, line, pointOf, suggestionOf } from "../testing/call-events";
import { LiveHarness, until, viewerOf } from "../testing/live-harness";
import { NO_LIMITS } from "../testing/no-limits";

/** The browser's side against the real server over real sockets. */

let harness: LiveHarness;
beforeEach(async () => {
  // Hundreds of connections of one person, and no test should wait for a retry.
  harness = await new LiveHarness({ rules: NO_LIMITS }).start();
});
afterEach(() => harness.stop());

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("LiveConnection", () => {
  it("shows board and call, and what people do to them, in step with the server", async () => {
    harness.bus.publish(arrived("c1"));
    const { live } = harness.browser("anna");
    live.watchBoard();
    live.watchCall(callId("c1"));
    const state = () => live.store.getState();
    await until(() => state().board.state === "ready" && state().calls[callId("c1")]?.state === "ready");
    expect(state().connection).toMatchObject({ state: "live", transcription: "full", demonstration: false });
    await until(() => state().board.rows[0]?.viewers[0]?.name === "anna");
    harness.bus.publish({ type: "sentiment.measured", callId: callId("c1"), point: pointOf("u1") });
    harness.bus.publish({ type: "utterance.final", callId: callId("c1"), utterance: line("u1", { text: "no" }) });
    await until(() => state().board.rows[0]?.lastLine === "no");
    expect(state().board.rows[0]?.mood).toBe(-0.4);
    expect(state().calls[callId("c1")]?.view).toEqual(harness.server.live.get(callId("c1")));
    await until(() => state().connection.latencyMs !== null);
    expect(Math.abs(state().connection.clockOffsetMs)).toBeLessThan(1000);
  });

  it("has the server's view after cuts at any moment of a stream of events", async () => {
    let run = 0;
    const step = fc.record({
      events: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
      cut: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      turns: fc.integer({ min: 0, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        run += 1;
        const id = callId(`run-${run}`);
        harness.bus.publish(arrived(id));
        const { live } = harness.browser("anna");
        live.watchCall(id);
        for (const { events, cut, turns } of steps) {
          for (const event of fc.sample(anyEvent(id), { numRuns: events.length, seed: events[0] ?? 0 })) {
            harness.bus.publish(event);
          }
          for (let n = 0; n < turns; n += 1) await turn();
          if (cut) harness.cut();
        }
        const view = () => live.store.getState().calls[id]?.view;
        const truth = () => harness.server.live.get(id);
        await until(() => view()?.sequence === truth()?.sequence);
        expect(view()).toEqual(truth());
        live.close();
      }),
      { numRuns: 40, endOnFailure: true },
    );
  }, 60_000);

  it("keeps the board in step over cuts", async () => {
    const { live } = harness.browser("anna");
    live.watchBoard();
    for (let n = 0; n < 30; n += 1) {
      harness.bus.publish(arrived(`c${n}`));
      if (n % 7 === 3) harness.cut();
      await turn();
    }
    const rows = () => live.store.getState().board.rows;
    await until(() => rows().length === 30);
    expect(rows().map((row) => row.info.callId)).toEqual(Array.from({ length: 30 }, (_, n) => `c${n}`));
  });

  it("sends commands and gives back their results", async () => {
    harness.bus.publish(arrived("c1"));
    harness.bus.publish({
      ...{ type: "suggestion.proposed", callId: callId("c1") },
      suggestion: suggestionOf(callId("c1"), "s1"),
    });
    harness.bus.publish({ type: "alert.raised", callId: callId("c1"), alert: alertOf("a1") });
    const { live, socket } = harness.browser("anna");
    expect(await live.command("call:end", { version: 1, callId: callId("c1") })).toMatchObject({ code: "UNAVAILABLE" });
    await until(() => socket.connected);
    const mode = { version: 1, callId: callId("c1"), mode: "barge" } as const;
    expect(await live.command("call:set-mode", mode)).toEqual({ ok: true, data: { mode: "barge" } });
    const approve = {
      version: 1,
      callId: callId("c1"),
      suggestionId: suggestionOf(callId("c1"), "s1").suggestionId,
    } as const;
    expect(await live.command("suggestion:approve", { ...approve, text: " better " })).toMatchObject({ ok: true });
    expect(harness.done.at(-1)?.request).toMatchObject({
      ...{ text: "better", force: false },
      by: { kind: "user", userId: "anna", name: "anna" },
    });
    const gone = { version: 1, callId: callId("c9") } as const;
    expect(await live.command("call:leave", gone)).toMatchObject({ ok: false, code: "NOT_FOUND" });
  });

  it("says that an answer did not come before the connection broke", async () => {
    harness.bus.publish(arrived("c1"));
    const { live, socket } = harness.browser("anna");
    await until(() => socket.connected);
    const result = live.command("call:end", { version: 1, callId: callId("c1") });
    harness.cut();
    expect(await result).toMatchObject({ ok: false, code: "UNAVAILABLE" });
  });

  it("is signed out without a session, and when it ends", async () => {
    const stranger = harness.browser("nobody").live;
    const anna = harness.browser("anna").live;
    const stateOf = (live: typeof anna) => live.store.getState().connection.state;
    await until(() => stateOf(stranger) === "signed-out" && stateOf(anna) === "live");
    harness.server.revoke(viewerOf("anna").userId);
    await until(() => stateOf(anna) === "signed-out");
    expect(harness.server.connections()).toBe(0);
  });

  it("comes back by itself after the server could not check sessions", async () => {
    harness.authenticationFails = true;
    const clock = new FakeClock();
    const { live, socket } = harness.browser("anna", clock);
    const state = () => live.store.getState().connection.state;
    await until(() => state() === "offline");
    expect(socket.active).toBe(false);
    harness.authenticationFails = false;
    await clock.advance(1500);
    await until(() => state() === "live");
  });

  it("is stale when the server falls silent, live again with the next message, offline without a connection", async () => {
    const serverClock = new FakeClock();
    const silent = await new LiveHarness({ clock: serverClock }).start();
    const clock = new FakeClock();
    const { live, socket } = silent.browser("anna", clock);
    const state = () => live.store.getState().connection.state;
    await until(() => live.store.getState().connection.latencyMs !== null);
    await clock.advance(4000);
    expect(state()).toBe("live");
    await clock.advance(2000);
    expect(state()).toBe("stale");
    await serverClock.advance(250);
    await until(() => state() === "live");
    socket.io.reconnection(false);
    socket.io.engine?.close();
    await until(() => state() === "offline");
    await silent.stop();
  });

  it("leaves a connection that stays silent for a new one, and is live again with all that it watched", async () => {
    const silent = await new LiveHarness({ clock: new FakeClock() }).start();
    silent.bus.publish(arrived("c1"));
    const clock = new FakeClock();
    const { live, socket } = silent.browser("anna", clock);
    live.watchBoard();
    const state = () => live.store.getState();
    await until(() => state().connection.latencyMs !== null && state().board.state === "ready");
    const first = socket.id;
    await clock.advance(9000);
    expect(state().connection.state).toBe("stale");
    expect(socket.id).toBe(first);
    await clock.advance(2000);
    await until(() => state().connection.state === "live" && socket.id !== first && state().board.state === "ready");
    expect(silent.server.connections()).toBe(1);
    await silent.stop();
  });

  it("reads what waits after the machine has slept, before it leaves its connection", async () => {
    const serverClock = new FakeClock();
    const awake = await new LiveHarness({ clock: serverClock }).start();
    const clock = new FakeClock();
    let sleptMs = 0;
    const { live, socket } = awake.browser("anna", {
      ...clock,
      now: () => clock.now() + sleptMs,
      after: (...timer) => clock.after(...timer),
    });
    await until(() => live.store.getState().connection.latencyMs !== null);
    const first = socket.id;
    sleptMs = 3_600_000;
    await clock.advance(1000);
    expect(live.store.getState().connection.state).toBe("stale");
    await serverClock.advance(2000);
    await until(() => live.store.getState().connection.state === "live");
    await clock.advance(4000);
    expect(socket.id).toBe(first);
    await awake.stop();
  });
});
