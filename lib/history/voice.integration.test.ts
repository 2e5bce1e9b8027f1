import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { teamScope } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import type { Actor, SpeakingMode } from "@/lib/contract/call";
import { callViewSchema } from "@/lib/contract/call-view";
import type { DomainEventOf } from "@/lib/contract/domain-events";
import { callIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { findCall } from "./data";
import { endLostCalls } from "./mutations";
import { RecordBatch } from "./record-batch";
import { newRecordedCall } from "./record-context";
import { recordEvent } from "./record-event";
import { Recorder } from "./recorder";
import { SUPERVISOR as ada, sampleInfo, sampleSuggestion } from "./testing/sample-call";
import { isRefused, writeBatch } from "./write-batch";

const ben: Actor = { kind: "user", userId: userIdSchema.parse("user-2"), name: "Ben" };
const mia: Actor = { kind: "user", userId: userIdSchema.parse("agent-user"), name: "Mia" };
const lead: Viewer = {
  ...{ userId: userIdSchema.parse("lead"), name: "Lea", email: "lea@example.com", role: "lead" as const },
  ...{ teamIds: [teamIdSchema.parse("eu")], agentId: null },
};
const gateway: Actor = { kind: "gateway" };

let database: TestDatabase;
let clock: FakeClock;
let bus: EventBus;
let recorder: Recorder;
let ids = 0;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clock = new FakeClock(Date.now() - 3_600_000);
  bus = new EventBus({ clock, logger: silentLogger });
  recorder = new Recorder({
    ...{ bus, clock, isRefused, logger: silentLogger, demonstration: false },
    write: (batch) => writeBatch(database.prisma, { batch }),
    setAside: async () => {
      throw new Error("no row may be refused here");
    },
  });
  recorder.start();
});

function connect() {
  const id = `voice-${++ids}`;
  const info = sampleInfo({ id, teamId: "eu", startedAt: clock.now() });
  const { callId } = info;
  bus.publish({ type: "call.arrived", callId, info, state: "CONNECTED", mode: "spy" });
  const start = (speakingId: string, mode: SpeakingMode, by: Actor = ada) =>
    bus.publish({ type: "speaking.started", callId, speakingId, mode, by });
  const progress = (speakingId: string, spokenMs: number) =>
    bus.publish({ type: "speaking.progressed", callId, speakingId, spokenMs });
  const end = (
    speakingId: string,
    more: Pick<DomainEventOf<"speaking.ended">, "mode" | "spokenMs"> & Partial<DomainEventOf<"speaking.ended">>,
  ) =>
    bus.publish({
      ...{ callId, speakingId, by: ada, reason: "released", detail: null, callerClear: null, ...more },
      type: "speaking.ended",
    });
  return { callId, start, progress, end };
}
const stored = async (callId: ReturnType<typeof callIdSchema.parse>) => {
  const found = await findCall({ prisma: database.prisma, scope: teamScope(lead), callId });
  if (!found) throw new Error("not stored");
  return found.view;
};
const auditOf = async (callId: string) =>
  (await database.prisma.auditEntry.findMany({ where: { callId }, orderBy: { id: "asc" } })).map(
    ({ action, actorName, subject, detail, teamId }) => ({ action, actorName, subject, detail, teamId }),
  );

describe("what a supervisor says, in the record", () => {
  it("holds every second of it: who, in which mode, from when to when, and whether the caller heard it", async () => {
    const { callId, start, end } = connect();
    const at = clock.now();
    await clock.advance(1000);
    start("v1", "whisper");
    await clock.advance(14_000);
    end("v1", { mode: "whisper", spokenMs: 13_960, callerClear: true });
    start("v2", "barge", ben);
    await clock.advance(5000);
    end("v2", { mode: "barge", by: ben, spokenMs: 4980, reason: "disconnected", detail: "tab closed" });
    bus.publish({ type: "call.ended", callId, reason: "caller-hung-up", by: gateway, durationMs: 20_000 });
    await recorder.stop();
    const view = await stored(callId);
    expect(view.speakings).toEqual([
      {
        ...{ speakingId: "v1", mode: "whisper", by: ada, startedAt: at + 1000, endedAt: at + 15_000 },
        ...{ spokenMs: 13_960, reason: "released", callerClear: true },
      },
      {
        ...{ speakingId: "v2", mode: "barge", by: ben, startedAt: at + 15_000, endedAt: at + 20_000 },
        ...{ spokenMs: 4980, reason: "disconnected", callerClear: null },
      },
    ]);
    expect(view).toMatchObject({ floor: { holder: null, askedBy: null }, whispersPaused: false, helpAskedAt: null });
    expect(callViewSchema.parse(JSON.parse(JSON.stringify(view))).speakings).toEqual(view.speakings);
    const said = { spokenMs: 13_960, reason: "released", callerClear: true };
    expect((await auditOf(callId)).filter(({ action }) => action === "calls.speak")).toEqual([
      {
        ...{ action: "calls.speak", actorName: "Ada", subject: "v1", teamId: "eu" },
        detail: { mode: "whisper", from: at + 1000, to: at + 15_000, ...said },
      },
      expect.objectContaining({ actorName: "Ben", subject: "v2" }),
    ]);
  });

  it("is there while the microphone is still open", async () => {
    const { callId, start } = connect();
    start("v1", "whisper");
    await recorder.flushed();
    const [open] = (await stored(callId)).speakings;
    expect(open).toMatchObject({ by: ada, mode: "whisper", startedAt: clock.now(), endedAt: null, reason: null });
    await recorder.stop();
  });

  it("keeps up with a microphone that is open, in one row and no line of the audit", async () => {
    const { callId, start, progress } = connect();
    start("v1", "whisper");
    for (const spokenMs of [500, 1500, 2500]) progress("v1", spokenMs);
    await recorder.flushed();
    expect((await stored(callId)).speakings).toMatchObject([{ endedAt: null, spokenMs: 2500 }]);
    progress("v1", 3500);
    progress("unheard-of", 500);
    await recorder.stop();
    expect((await stored(callId)).speakings).toMatchObject([{ speakingId: "v1", endedAt: null, spokenMs: 3500 }]);
    expect(await auditOf(callId)).toEqual([]);
  });

  it("takes the end's word for it, whatever was told on the way", async () => {
    const { callId, start, progress, end } = connect();
    start("v1", "whisper");
    progress("v1", 1500);
    await recorder.flushed();
    progress("v1", 2500);
    end("v1", { mode: "whisper", spokenMs: 1900, callerClear: true });
    await recorder.stop();
    expect((await stored(callId)).speakings).toMatchObject([{ reason: "released", spokenMs: 1900 }]);
  });

  it("comes to the same however often it is written, and in whichever batches", async () => {
    const { callId, start, progress, end } = connect();
    await recorder.stop();
    const context = { batch: new RecordBatch(), call: newRecordedCall(), demonstration: false };
    const events = [
      start("v1", "whisper"),
      progress("v1", 60),
      end("v1", { mode: "whisper", spokenMs: 40, callerClear: true }),
    ];
    const batches = events.map((event) => {
      const batch = new RecordBatch();
      recordEvent(event, { ...context, batch });
      return batch;
    });
    for (const batch of batches) await writeBatch(database.prisma, { batch });
    const once = await database.prisma.speaking.findMany({ where: { callId } });
    for (const batch of [...batches].reverse()) await writeBatch(database.prisma, { batch });
    expect(await database.prisma.speaking.findMany({ where: { callId } })).toEqual(once);
    expect(once).toMatchObject([{ speakingId: "v1", spokenMs: 40, reason: "released", callerClear: true }]);
  });

  it("dates back an end whose beginning was never told", async () => {
    const { callId, end } = connect();
    await clock.advance(9000);
    end("v9", { mode: "barge", spokenMs: 2500 });
    await recorder.stop();
    expect((await stored(callId)).speakings).toMatchObject([{ startedAt: clock.now() - 2500, endedAt: clock.now() }]);
  });
});

describe("what was open when Earshot stopped", () => {
  it("ends at the next start, also on a call that goes on, and stands in the audit once", async () => {
    const killed = connect();
    const live = connect();
    for (const call of [killed, live]) {
      call.start("done", "whisper");
      call.end("done", { mode: "whisper", spokenMs: 10, callerClear: true });
      call.start("open", "whisper");
    }
    await recorder.stop();
    const before = new Date(Date.now() + 1000);
    const heard = await database.prisma.call.findUniqueOrThrow({ where: { id: killed.callId } });
    const clean = () =>
      endLostCalls({
        ...{ prisma: database.prisma, live: [live.callId], before, recordingsDir: "/nowhere", logger: silentLogger },
      });
    await clean();
    await clean();
    for (const { callId } of [killed, live]) {
      const rows = await database.prisma.speaking.findMany({ where: { callId }, orderBy: { speakingId: "asc" } });
      expect(rows).toMatchObject([
        { speakingId: "done", reason: "released", callerClear: true },
        {
          ...{ speakingId: "open", reason: "earshot-stopped", callerClear: null },
          detail: expect.stringContaining("not known"),
        },
      ]);
      const lines = (await auditOf(callId)).filter(
        ({ action, subject }) => action === "calls.speak" && subject === "open",
      );
      expect(lines).toMatchObject([
        { actorName: "Ada", teamId: "eu", detail: { mode: "whisper", reason: "earshot-stopped" } },
      ]);
    }
    const [open] = await database.prisma.speaking.findMany({ where: { callId: killed.callId, speakingId: "open" } });
    expect(open?.endedAt).toEqual(heard.updatedAt);
  });

  it("holds at least what was known to be spoken", async () => {
    const { callId, start, progress } = connect();
    const at = clock.now();
    start("v1", "whisper");
    progress("v1", 11_500);
    await recorder.stop();
    // Nothing was heard of the call after its first second.
    await database.prisma.$executeRaw`UPDATE calls SET updated_at = ${new Date(at + 1000)} WHERE id = ${callId}`;
    await endLostCalls({
      ...{ prisma: database.prisma, live: [], before: new Date(at + 60_000) },
      ...{ recordingsDir: "/nowhere", logger: silentLogger },
    });
    expect((await stored(callId)).speakings).toMatchObject([
      { startedAt: at, endedAt: at + 11_500, spokenMs: 11_500, reason: "earshot-stopped", callerClear: null },
    ]);
    expect(await auditOf(callId)).toMatchObject([{ action: "calls.speak", detail: { spokenMs: 11_500 } }]);
  });

  it("leaves a microphone alone that was opened in this run", async () => {
    const { callId, start } = connect();
    const before = new Date(clock.now() - 1);
    start("mine", "whisper");
    await recorder.stop();
    const live = [callIdSchema.parse(callId)];
    await endLostCalls({
      ...{ prisma: database.prisma, live, before, recordingsDir: "/nowhere", logger: silentLogger },
    });
    expect((await stored(callId)).speakings).toMatchObject([{ speakingId: "mine", endedAt: null }]);
  });
});

describe("the floor and the agent's desk, in the audit", () => {
  it("tells a hand-over from one person to another, no claim, release or question", async () => {
    const { callId } = connect();
    for (const [holder, askedBy] of [
      [ada, null],
      [ada, ben],
      [ben, null],
      [null, null],
      [ada, null],
    ] as const)
      bus.publish({ type: "floor.changed", callId, holder, askedBy });
    await recorder.stop();
    expect(await auditOf(callId)).toEqual([
      { action: "calls.hand-over", actorName: "Ada", subject: "user-2", teamId: "eu", detail: { to: "Ben" } },
    ]);
  });

  it("has one line for what is said again further on, also from another batch, and leaves the others", async () => {
    const { callId } = connect();
    const say = (subject: string, toMs: number) =>
      recorder.audit({
        ...{ action: "calls.replay-live", by: ada, at: clock.now(), callId, teamId: teamIdSchema.parse("eu") },
        ...{ subject, detail: { fromMs: 0, toMs }, grows: true },
      });
    say("r1", 30_000);
    say("r1", 40_000);
    await recorder.flushed();
    await clock.advance(5000);
    say("r1", 50_000);
    say("r2", 60_000);
    await recorder.stop();
    const [at, line] = [clock.now() - 5000, { action: "calls.replay-live", actorName: "Ada", teamId: "eu" }];
    expect(await auditOf(callId)).toEqual([
      { ...line, subject: "r1", detail: { fromMs: 0, toMs: 50_000 } },
      { ...line, subject: "r2", detail: { fromMs: 0, toMs: 60_000 } },
    ]);
    const [first] = await database.prisma.auditEntry.findMany({ where: { callId, subject: "r1" } });
    expect(first?.at.getTime()).toBe(at);
  });

  it("keeps pauses, the last call for help, and the agent's answer", async () => {
    const { callId } = connect();
    bus.publish({ type: "whispers.paused", callId, isPaused: true, by: mia });
    bus.publish({ type: "help.asked", callId, by: mia });
    await clock.advance(40_000);
    bus.publish({ type: "help.asked", callId, by: mia });
    bus.publish({ type: "whispers.paused", callId, isPaused: false, by: mia });
    const made = sampleSuggestion({ callId, id: `${callId}-s`, at: clock.now(), states: ["proposed", "approved"] });
    const suggestion = {
      ...made,
      waitingForPause: true,
      waitingFor: "speaker",
      agentResponse: "heard",
      agentResponseBy: mia,
    } as const;
    bus.publish({ type: "suggestion.changed", callId, suggestion });
    await recorder.stop();
    expect((await auditOf(callId)).map(({ action, actorName }) => [action, actorName]).slice(0, 4)).toEqual([
      ["whispers.pause", "Mia"],
      ["calls.ask-help", "Mia"],
      ["calls.ask-help", "Mia"],
      ["whispers.resume", "Mia"],
    ]);
    const view = await stored(callId);
    expect(view).toMatchObject({ helpAskedAt: clock.now(), whispersPaused: false });
    expect(view.suggestions).toMatchObject([{ agentResponse: "heard", agentResponseBy: mia, waitingFor: null }]);
  });
});
