import pino from "pino";
import type { Socket } from "socket.io-client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import type { ClientCommandName } from "@/lib/contract/socket-events";
import { FakeClock } from "@/lib/platform/clock";
import { COMMAND_RULES } from "./command-handlers";
import type { RealtimeMetrics } from "./ports";
import { REPORT_EVERY_MS } from "./rate-limiter";
import { arrived } from "./testing/call-events";
import { LiveHarness, send } from "./testing/live-harness";

/** Guards the record and the server against a person who sends too much, over one socket or many. */

const onCall = { version: 1, callId: "c1" };
const { burst, perSecond } = COMMAND_RULES["call:end"].rate;
const lineSchema = z.object({ msg: z.string(), userId: z.string().optional(), excess: z.number().optional() });

let clock: FakeClock;
let outcomes: string[];
let lines: z.infer<typeof lineSchema>[];
let harness: LiveHarness;

beforeEach(async () => {
  clock = new FakeClock();
  outcomes = [];
  lines = [];
  const metrics: RealtimeMetrics = {
    connections: () => undefined,
    command: ({ name, outcome }) => outcomes.push(`${name} ${outcome}`),
    batch: () => undefined,
    board: () => undefined,
  };
  const logger = pino(
    { level: "info" },
    { write: (line: string) => void lines.push(lineSchema.parse(JSON.parse(line))) },
  );
  harness = await new LiveHarness({ clock, metrics, logger }).start();
  harness.bus.publish(arrived("c1", "team-1"));
});
afterEach(() => harness.stop());

/** @returns how often each code was answered; `ok` where it was done. */
async function flood(
  socket: Socket,
  { count, name = "call:end", payload }: { count: number; name?: ClientCommandName; payload: (n: number) => object },
): Promise<Record<string, number>> {
  const results = await Promise.all(
    Array.from({ length: count }, (_, n) => send(socket, { name, payload: payload(n) })),
  );
  const codes: Record<string, number> = {};
  for (const result of results) {
    const code = result.ok ? "ok" : result.code;
    codes[code] = (codes[code] ?? 0) + 1;
  }
  return codes;
}

const invented = (n: number) => ({ ...onCall, callId: `invented-${n}` });

it("limits each command by itself and lets it through again later", async () => {
  const socket = await harness.connect("anna");
  const name = "call:set-mode";
  const payload = () => ({ ...onCall, mode: "whisper" });
  const { rate } = COMMAND_RULES[name];
  expect(await flood(socket, { count: 100, name, payload })).toEqual({
    ok: rate.burst,
    RATE_LIMITED: 100 - rate.burst,
  });
  expect(harness.done).toHaveLength(rate.burst);
  expect(await send(socket, { name: "call:end", payload: onCall })).toMatchObject({ ok: true });
  await clock.advance(1000);
  expect(await flood(socket, { count: 50, name, payload })).toMatchObject({ ok: rate.perSecond });
});

it("limits commands on invented calls, and audits only those that it judged", async () => {
  const socket = await harness.connect("anna");
  const codes = await flood(socket, { count: 200, payload: invented });
  expect(codes).toEqual({ NOT_FOUND: burst, RATE_LIMITED: 200 - burst });
  expect(harness.audits.map(({ outcome, code }) => [outcome, code])).toEqual(
    Array.from({ length: burst }, () => ["refused", "NOT_FOUND"]),
  );
});

it("limits malformed commands, too", async () => {
  const socket = await harness.connect("anna");
  const codes = await flood(socket, { count: 20, payload: () => ({ version: 1 }) });
  expect(codes).toEqual({ INVALID: burst, RATE_LIMITED: 20 - burst });
});

it("counts a person's sockets together, also one after the other, and another person's apart", async () => {
  const [one, two] = [await harness.connect("anna"), await harness.connect("anna")];
  expect(await flood(one, { count: burst, payload: invented })).toEqual({ NOT_FOUND: burst });
  expect(await flood(two, { count: 3, payload: invented })).toEqual({ RATE_LIMITED: 3 });
  one.disconnect();
  two.disconnect();
  const again = await harness.connect("anna");
  expect(await flood(again, { count: 3, payload: invented })).toEqual({ RATE_LIMITED: 3 });
  expect(await flood(await harness.connect("berta"), { count: 1, payload: invented })).toEqual({ NOT_FOUND: 1 });
  await clock.advance(1000);
  expect(await flood(again, { count: 10, payload: invented })).toMatchObject({ NOT_FOUND: perSecond });
});

it("counts every limited command in the metrics and logs a person's once a minute", async () => {
  const reports = () =>
    lines.filter(({ msg }) => msg === "commands rate limited").map(({ userId, excess }) => [userId, excess]);
  const [one, two] = [await harness.connect("anna"), await harness.connect("anna")];
  await flood(one, { count: 50, payload: invented });
  await flood(two, { count: 50, payload: invented });
  expect(outcomes.filter((entry) => entry === "call:end RATE_LIMITED")).toHaveLength(100 - burst);
  expect(reports()).toEqual([["anna", 1]]);
  expect(lines.filter(({ msg }) => msg === "command not done")).toHaveLength(burst);
  await clock.advance(REPORT_EVERY_MS);
  await flood(one, { count: burst + 2, payload: invented });
  expect(reports()).toEqual([
    ["anna", 1],
    ["anna", 100 - burst],
  ]);
});

it("leaves room for a dozen tabs of one person that come back at once", async () => {
  const tabs = await Promise.all(Array.from({ length: 12 }, () => harness.connect("anna")));
  for (const name of ["board:subscribe", "clock:read"] as const) {
    const results = await Promise.all(tabs.map((socket) => send(socket, { name, payload: { version: 1 } })));
    expect(results.filter((result) => !result.ok)).toEqual([]);
  }
});
