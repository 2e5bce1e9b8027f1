import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agentIdSchema } from "@/lib/contract/ids";
import type { ClientCommandName } from "@/lib/contract/socket-events";
import { FakeClock } from "@/lib/platform/clock";
import { arrived, callId } from "./testing/call-events";
import { LiveHarness, send, until, viewerOf } from "./testing/live-harness";

/** Guards what a server says of calls that it has not found again yet, after a restart: never that they are over. */

const onCall = { version: 1, callId: "c1" };
const COMMANDS: [who: string, name: ClientCommandName, more: object][] = [
  ["anna", "call:subscribe", {}],
  ["anna", "listen:start", { codecs: ["g711"] }],
  ["anna", "speak:start", { mode: "whisper" }],
  ["anna", "floor:claim", {}],
  ["anna", "call:set-mode", { mode: "barge" }],
  ["anna", "suggestion:approve", { suggestionId: "s1" }],
  ["ben", "desk:ask-help", {}],
];

let isSearching: boolean;
let clock: FakeClock;
let harness: LiveHarness;
beforeEach(async () => {
  [isSearching, clock] = [true, new FakeClock()];
  harness = await new LiveHarness({ clock, knowsAllCalls: () => !isSearching }).start();
  harness.people.set("ben", viewerOf("ben", { role: "agent", agentId: agentIdSchema.parse("agent-ben") }));
});
afterEach(() => harness.stop());

describe("a command about a call, while the calls of before the restart are looked for", () => {
  it.each(COMMANDS)("of %s: %s is to be tried again, and is no line of the audit", async (who, name, more) => {
    const socket = await harness.connect(who);
    const attempt = () => send(socket, { name, payload: { ...onCall, ...more } });
    expect(await attempt()).toMatchObject({ ok: false, code: "UNAVAILABLE", retryable: true });
    expect([harness.audits, harness.done]).toEqual([[], []]);
    isSearching = false;
    expect(await attempt()).toMatchObject({ ok: false, code: "NOT_FOUND", retryable: false });
  });

  it("is answered as ever for a call that was found", async () => {
    harness.bus.publish(arrived("c1"));
    harness.bus.publish(arrived("c2", "team-2"));
    const socket = await harness.connect("anna");
    expect(await send(socket, { name: "call:subscribe", payload: onCall })).toMatchObject({ ok: true });
    const others = await send(socket, { name: "call:subscribe", payload: { ...onCall, callId: "c2" } });
    // As an unknown one: nobody learns which calls of others there are.
    expect(others).toMatchObject({ code: "UNAVAILABLE" });
  });
});

describe("the page of a call", () => {
  it("says that the call is looked for, never that it is over, and shows it as soon as it is found", async () => {
    const { live } = harness.browser("anna", clock);
    live.watchCall(callId("c1"));
    const call = () => live.store.getState().calls[callId("c1")];
    await until(() => call()?.state === "error");
    expect(call()?.error).toMatchObject({ code: "UNAVAILABLE", retryable: true });
    harness.bus.publish(arrived("c1"));
    await clock.advance(2000);
    await until(() => call()?.state === "ready");
  });
});
