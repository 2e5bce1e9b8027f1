import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callIdSchema, noteIdSchema, utteranceIdSchema } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import type { RecordBatch } from "./record-batch";
import { Recorder } from "./recorder";
import { playSampleCall, SUPERVISOR, sampleInfo } from "./testing/sample-call";
import { isRefused, writeBatch } from "./write-batch";

let database: TestDatabase;
const aside: RecordBatch[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

function makeRecorder(options: { failFirst?: number } = {}) {
  const bus = new EventBus({ clock: systemClock, logger: silentLogger });
  let failures = options.failFirst ?? 0;
  const recorder = new Recorder({
    bus,
    write: async (batch) => {
      if (failures-- > 0) throw new Error("the database is away");
      await writeBatch(database.prisma, { batch });
    },
    isRefused,
    setAside: async (batch) => {
      aside.push(batch);
    },
    clock: systemClock,
    logger: silentLogger,
    demonstration: true,
  });
  recorder.start();
  return { bus, recorder };
}

const wholeCall = (id: string) =>
  database.prisma.call.findUniqueOrThrow({
    where: { id },
    include: {
      parties: { orderBy: { party: "asc" } },
      utterances: { orderBy: { startMs: "asc" } },
      topics: true,
      modeChanges: true,
      alerts: true,
      notes: true,
      suggestions: { include: { steps: { orderBy: { position: "asc" } } } },
    },
  });

describe("Recorder on Postgres", () => {
  it("keeps everything a call was", async () => {
    const { bus, recorder } = makeRecorder();
    const startedAt = Date.UTC(2026, 10, 22, 10, 0);
    playSampleCall(bus, { id: "whole", teamId: "eu", startedAt });
    await recorder.stop();
    const call = await wholeCall("whole");
    expect(call).toMatchObject({
      state: "DISCONNECTED",
      endReason: "caller-hung-up",
      durationMs: 9000,
      teamId: "eu",
      agentName: "Michelle",
      moodFinal: -0.7,
      demonstration: true,
    });
    expect(call.startedAt.getTime()).toBe(startedAt);
    expect(call.parties.map(({ party, name }) => [party, name])).toEqual([
      ["caller", "Jack Miller"],
      ["agent", "Michelle"],
    ]);
    expect(call.utterances.map(({ text, sentiment }) => [text, sentiment])).toEqual([
      ["I want to cancel my contract.", -0.7],
      ["I am sorry to hear that.", null],
    ]);
    expect(call.topics.map(({ key, kind }) => [key, kind])).toEqual([["cancel", "intent"]]);
    expect(call.modeChanges).toHaveLength(1);
    expect(call.modeChanges[0]).toMatchObject({ requested: "spy", confirmed: "spy", previous: "barge" });
    expect(call.alerts[0]).toMatchObject({ active: false, markedWrong: true });
    expect(call.notes[0]).toMatchObject({ text: "Call back on Monday.", actorName: "Ada" });
    const [suggestion] = call.suggestions;
    expect(suggestion).toMatchObject({
      state: "spoken",
      text: "Offer the refund today.",
      originalText: "Offer a refund.",
    });
    expect(suggestion?.proof).toMatchObject({ callerClear: true, modeDuring: "whisper" });
    expect(suggestion?.steps.map(({ state, actorName }) => [state, actorName])).toEqual([
      ["proposed", null],
      ["edited", "Ada"],
      ["speaking", null],
      ["spoken", null],
    ]);
  });

  it("writes the audit of a call with it, each step once", async () => {
    const rows = await database.prisma.auditEntry.findMany({ where: { callId: "whole" }, orderBy: { id: "asc" } });
    expect(rows.map(({ action }) => action).sort()).toEqual([
      "alerts.dismiss",
      "modes.confirm",
      "modes.request",
      "notes.add",
      "suggestions.edited",
      "suggestions.proposed",
      "suggestions.speaking",
      "suggestions.spoken",
    ]);
    expect(rows.every(({ teamId }) => teamId === "eu")).toBe(true);
    expect(JSON.stringify(rows.map(({ detail }) => detail))).not.toContain("refund");
  });

  it("puts holds into the audit, and keeps a transfer as how the call ended", async () => {
    const { bus, recorder } = makeRecorder();
    const info = sampleInfo({ id: "held", teamId: "eu", startedAt: Date.now(), direction: "outbound" });
    const { callId } = info;
    bus.publish({ type: "call.arrived", callId, info, state: "CONNECTED", mode: "spy" });
    bus.publish({ type: "call.hold_changed", callId, party: "agent", isHeld: true });
    bus.publish({ type: "call.hold_changed", callId, party: "agent", isHeld: false });
    bus.publish({ type: "call.ended", callId, reason: "transferred", by: { kind: "gateway" }, durationMs: 1000 });
    await recorder.stop();
    expect(await wholeCall("held")).toMatchObject({ direction: "outbound", endReason: "transferred" });
    const rows = await database.prisma.auditEntry.findMany({ where: { callId }, orderBy: { id: "asc" } });
    expect(rows.map(({ action, actorKind, detail }) => [action, actorKind, detail])).toEqual([
      ["calls.hold", "gateway", { party: "agent" }],
      ["calls.resume", "gateway", { party: "agent" }],
    ]);
  });

  it("takes sentiment that comes after its line was written", async () => {
    const { bus, recorder } = makeRecorder();
    playSampleCall(bus, { id: "late", teamId: "eu", startedAt: Date.now() });
    await recorder.flushed();
    await database.prisma.utterance.updateMany({ where: { callId: "late" }, data: { sentiment: null } });
    const call = await wholeCall("late");
    const first = call.utterances[0];
    if (!first) throw new Error("no line");
    bus.publish({
      type: "sentiment.measured",
      callId: callIdSchema.parse(call.id),
      point: {
        utteranceId: utteranceIdSchema.parse(first.utteranceId),
        party: "caller",
        atMs: 1500,
        score: 0.25,
        confidence: 0.5,
        rolling: 0.1,
        trend: "steady",
      },
    });
    await recorder.stop();
    expect((await wholeCall("late")).utterances[0]?.sentiment).toBe(0.25);
  });

  it("loses nothing while the database is away, and writes nothing twice", async () => {
    const { bus, recorder } = makeRecorder({ failFirst: 2 });
    playSampleCall(bus, { id: "away", teamId: "eu", startedAt: Date.now() });
    await recorder.flushed();
    expect(recorder.failures).toBe(0);
    await recorder.stop();
    const call = await wholeCall("away");
    expect(call.utterances).toHaveLength(2);
    expect(await database.prisma.auditEntry.count({ where: { callId: "away" } })).toBe(8);
  });

  it("keeps what Postgres cannot hold in another form, and goes on", async () => {
    const { bus, recorder } = makeRecorder();
    playSampleCall(bus, { id: "odd", teamId: "eu", startedAt: Date.now() });
    const note = { noteId: noteIdSchema.parse("odd-n2"), text: "a\u0000b \ud83d", author: SUPERVISOR, at: Date.now() };
    bus.publish({ type: "note.added", callId: callIdSchema.parse("odd"), note });
    await recorder.stop();
    expect((await wholeCall("odd")).notes.map(({ text }) => text)).toContain("a\ufffdb \ufffd");
    expect(aside).toEqual([]);
  });

  it("sets rows aside that the database refuses; other calls of the same batch are written", async () => {
    const { bus, recorder } = makeRecorder();
    const nobody = callIdSchema.parse("never-arrived");
    const note = { noteId: noteIdSchema.parse("lost-n1"), text: "no such call", author: SUPERVISOR, at: Date.now() };
    bus.publish({ type: "note.added", callId: nobody, note });
    playSampleCall(bus, { id: "beside", teamId: "eu", startedAt: Date.now() });
    await recorder.stop();
    expect((await wholeCall("beside")).utterances).toHaveLength(2);
    expect(aside).toHaveLength(1);
    expect(JSON.stringify(aside[0])).toContain("no such call");
  });

  it("takes a call up again that it knows from before", async () => {
    const { bus, recorder } = makeRecorder();
    playSampleCall(bus, { id: "late", teamId: "eu", startedAt: Date.now() });
    await recorder.stop();
    const call = await wholeCall("late");
    expect(call.utterances).toHaveLength(2);
    expect(call.suggestions).toHaveLength(1);
  });

  it("finds words in what was said", async () => {
    const found = await database.prisma.$queryRaw<{ call_id: string }[]>`
      SELECT DISTINCT call_id FROM utterances WHERE search_vector @@ websearch_to_tsquery('english', 'cancelling contracts')`;
    expect(found.map((row) => row.call_id).sort()).toEqual(["away", "beside", "late", "odd", "whole"]);
  });
});
