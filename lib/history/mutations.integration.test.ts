import { afterAll, beforeAll, expect, it } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { endLostCalls } from "./mutations";
import { Recorder } from "./recorder";
import { SUPERVISOR, sampleInfo, sampleSuggestion } from "./testing/sample-call";
import { isRefused, writeBatch } from "./write-batch";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const bus = new EventBus({ clock: systemClock, logger: silentLogger });
  const recorder = new Recorder({
    bus,
    write: (batch) => writeBatch(database.prisma, { batch }),
    isRefused,
    setAside: async () => {},
    clock: systemClock,
    logger: silentLogger,
    demonstration: false,
  });
  recorder.start();
  for (const id of ["killed", "left", "live"]) {
    const info = sampleInfo({ id, teamId: "eu", startedAt: Date.now() - 60_000 });
    const { callId } = info;
    bus.publish({ type: "call.arrived", callId, info, state: "CONNECTED", mode: "spy" });
    for (const state of ["proposed", "approved"] as const) {
      const suggestion = sampleSuggestion({
        callId,
        id: `${id}-${state}`,
        at: Date.now(),
        states: ["proposed", state],
      });
      bus.publish({ type: "suggestion.proposed", callId, suggestion });
    }
  }
  const callId = callIdSchema.parse("left");
  bus.publish({ type: "call.monitoring_changed", callId, monitoring: "left", by: SUPERVISOR, detail: null });
  await recorder.stop();
});
afterAll(() => database.close());

it("ends what an earlier run lost, with what it had open, and leaves calls alone that go on", async () => {
  const ended = await endLostCalls({
    prisma: database.prisma,
    live: [callIdSchema.parse("live")],
    before: new Date(Date.now() + 1000),
    recordingsDir: "/nowhere",
    logger: silentLogger,
  });
  expect(ended).toBe(1);
  const calls = await database.prisma.call.findMany({ orderBy: { id: "asc" } });
  expect(calls.map(({ id, state, monitoring, endReason }) => [id, state, monitoring, endReason])).toEqual([
    ["killed", "DISCONNECTED", "lost", "gateway-lost"],
    ["left", "CONNECTED", "left", null],
    ["live", "CONNECTED", "monitored", null],
  ]);
  const suggestions = await database.prisma.suggestion.findMany({
    where: { callId: "killed" },
    include: { steps: { orderBy: { position: "asc" } } },
    orderBy: { id: "asc" },
  });
  expect(suggestions.map(({ id, state, steps }) => [id, state, steps.at(-1)?.state])).toEqual([
    ["killed-approved", "failed", "failed"],
    ["killed-proposed", "expired", "expired"],
  ]);
});
