import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClientCommandName, clientCommands } from "@/lib/contract/socket-events";
import { FakeClock } from "@/lib/platform/clock";
import { COMMAND_RULES } from "./command-handlers";
import { SharedWishes, UNDER_WAY_LIMIT } from "./retreats";
import { arrived, suggestionOf } from "./testing/call-events";
import { LiveHarness, send } from "./testing/live-harness";

/** Guards the way back: who stops, lets go, leaves or steps down is never told to wait, however often they do. */

const onCall = { version: 1, callId: "c1" };
const STOPS: [ClientCommandName, object, done: string | null][] = [
  ["listen:stop", { version: 1 }, null],
  ["speak:stop", onCall, "stopSpeaking"],
  ["floor:release", onCall, "release"],
  ["call:leave", onCall, "leave"],
  ["call:set-mode", { ...onCall, mode: "spy" }, "setMode"],
  ["suggestion:interrupt", { ...onCall, suggestionId: "s1" }, "interrupt"],
];

let harness: LiveHarness;
beforeEach(async () => {
  harness = await new LiveHarness({ clock: new FakeClock() }).start();
  harness.bus.publish(arrived("c1"));
  const { callId } = clientCommands["call:leave"].payload.parse(onCall);
  harness.bus.publish({ type: "suggestion.changed", callId, suggestion: suggestionOf(callId, "s1") });
});
afterEach(() => harness.stop());

const times = (count: number, name: ClientCommandName, payload: object) => async () => {
  const socket = await harness.connect("anna");
  return Promise.all(Array.from({ length: count }, () => send(socket, { name, payload })));
};

it.each(STOPS)("%s is never refused for its rate; what is over it leaves no line of the audit", async (...stop) => {
  const [name, payload, done] = stop;
  const { burst } = COMMAND_RULES[name].rate;
  const results = await times(burst * 3, name, payload)();
  expect(results.filter((result) => !result.ok)).toEqual([]);
  if (done) expect(harness.done.at(-1)?.name).toBe(done);
  expect(harness.audits.length).toBeLessThanOrEqual(burst);
});

it("closing a call's page is never refused for its rate", async () => {
  const { burst } = COMMAND_RULES["call:unsubscribe"].rate;
  const results = await times(burst * 2, "call:unsubscribe", onCall)();
  expect(new Set(results.map((result) => result.ok || result.code))).toEqual(new Set(["NOT_FOUND"]));
});

it.each<[ClientCommandName, object]>([
  ["call:set-mode", { ...onCall, mode: "barge" }],
  ["speak:start", { ...onCall, mode: "whisper" }],
  ["speak:stop", { version: 1 }],
])("%s with %o is limited as before", async (name, payload) => {
  const { burst } = COMMAND_RULES[name].rate;
  const results = await times(burst + 3, name, payload)();
  expect(results.filter((result) => !result.ok && result.code === "RATE_LIMITED")).toHaveLength(3);
});

describe("SharedWishes", () => {
  it("begins a few at once, and one for all the rest after them", async () => {
    const begun: (() => void)[] = [];
    const wishes = new SharedWishes<number>();
    const wish = () => wishes.run("k", () => new Promise((resolve) => begun.push(() => resolve(begun.length))));
    const answers = Promise.all(Array.from({ length: 100 }, wish));
    expect(begun).toHaveLength(UNDER_WAY_LIMIT);
    for (const finish of begun) finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toHaveLength(UNDER_WAY_LIMIT + 1);
    begun.at(-1)?.();
    expect((await answers).at(-1)).toBe(UNDER_WAY_LIMIT + 1);
  });

  it("shares a failure, and begins anew after it", async () => {
    const wishes = new SharedWishes<string>();
    await expect(wishes.run("k", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    expect(await wishes.run("k", async () => "there")).toBe("there");
  });
});
