import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandRunnerDeps } from "./on-command";
import { arrived } from "./testing/call-events";
import { LiveHarness, send } from "./testing/live-harness";

/** Guards the audit of what somebody tries on another team's call, also while calls of an earlier run are looked for. */

let isSearching: boolean;
let harness: LiveHarness;
beforeEach(async () => {
  isSearching = true;
  harness = await new LiveHarness({ knowsAllCalls: () => !isSearching }).start();
});
afterEach(() => harness.stop());

describe("a command on another team's call", () => {
  it("is audited while calls are looked for, though its answer tells it from no unknown one", async () => {
    harness.bus.publish(arrived("c2", "team-2"));
    const socket = await harness.connect("anna");
    const attempt = (callId: string) =>
      send(socket, { name: "call:set-mode", payload: { version: 1, callId, mode: "barge" } });
    const [others, unknown] = [await attempt("c2"), await attempt("c9")];
    expect(others).toMatchObject({ ok: false, code: "UNAVAILABLE", retryable: true });
    expect(others).toEqual(unknown);
    const row = { userId: "anna", command: "call:set-mode", callId: "c2", outcome: "refused", code: "NOT_FOUND" };
    expect(harness.audits).toMatchObject([row]);
    isSearching = false;
    expect(await attempt("c2")).toMatchObject({ ok: false, code: "NOT_FOUND" });
    expect(harness.audits).toMatchObject([row, row]);
    expect(harness.done).toEqual([]);
  });
});

it("of calls that are not found, only those whose telephone system is away may still be", async () => {
  await harness.stop();
  const asked: unknown[] = [];
  const knowsAllCalls = (about?: Parameters<CommandRunnerDeps["knowsAllCalls"]>[0]) => {
    asked.push([about?.callId, about?.viewer.name]);
    return about?.callId !== "away";
  };
  harness = await new LiveHarness({ knowsAllCalls }).start();
  const socket = await harness.connect("anna");
  const attempt = (callId: string) => send(socket, { name: "call:subscribe", payload: { version: 1, callId } });
  expect(await attempt("away")).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  expect(await attempt("over")).toMatchObject({ code: "NOT_FOUND" });
  expect(asked).toEqual([
    ["away", "anna"],
    ["over", "anna"],
  ]);
});
