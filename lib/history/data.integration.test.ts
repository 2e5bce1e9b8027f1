import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { teamScope } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import { callIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { findCall, findRecording, listCalls, listChoices, ownsClip } from "./data";
import { Recorder } from "./recorder";
import { historyFilterSchema } from "./schema";
import { playSampleCall } from "./testing/sample-call";
import { isRefused, writeBatch } from "./write-batch";

/** Guards: a supervisor reaches only their teams' calls, by every function that reads the record. */

const START = Date.UTC(2026, 10, 22, 9, 0);
const CALLS = [
  { id: "eu-1", teamId: "eu", startedAt: START },
  { id: "eu-2", teamId: "eu", startedAt: START + 60_000, direction: "outbound" as const },
  { id: "sales-1", teamId: "sales", startedAt: START + 120_000 },
  { id: "nobody-1", teamId: null, startedAt: START + 180_000 },
];
const viewer = (role: Viewer["role"], teams: string[]): Viewer => ({
  userId: userIdSchema.parse("u1"),
  name: "Ada",
  email: "ada@example.test",
  role,
  teamIds: teams.map((team) => teamIdSchema.parse(team)),
  agentId: null,
});
const ofEu = teamScope(viewer("supervisor", ["eu"]));
const ofNone = teamScope(viewer("supervisor", []));
const ofAdmin = teamScope(viewer("admin", []));
const filter = (values: Record<string, string> = {}) => historyFilterSchema.parse(values);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const bus = new EventBus({ clock: systemClock, logger: silentLogger });
  const write = (batch: Parameters<typeof writeBatch>[1]["batch"]) => writeBatch(database.prisma, { batch });
  const recorder = new Recorder({
    bus,
    write,
    isRefused,
    setAside: async () => {},
    clock: systemClock,
    logger: silentLogger,
    demonstration: false,
  });
  recorder.start();
  for (const call of CALLS) playSampleCall(bus, call);
  for (const { id } of CALLS)
    recorder.recordingProgress({ callId: callIdSchema.parse(id), path: `${id}.wav`, durationMs: 9000 });
  await recorder.stop();
});
afterAll(() => database.close());

describe("who sees which call", () => {
  const listed = async (scope: typeof ofEu, values: Record<string, string> = {}) =>
    (await listCalls({ prisma: database.prisma, scope, filter: filter(values) })).rows.map((row) => row.callId);

  it("lists a supervisor's own teams and nothing else", async () => {
    expect(await listed(ofEu)).toEqual(["eu-2", "eu-1"]);
    expect(await listed(ofNone)).toEqual([]);
    expect(await listed(ofAdmin)).toEqual(["nobody-1", "sales-1", "eu-2", "eu-1"]);
  });

  it.each<Record<string, string>>([
    { team: "sales" },
    { q: "cancel" },
    { q: "Jack" },
    { topic: "cancel" },
    { whisper: "spoken" },
  ])("does not widen by the filter %o", async (values) => {
    const found = await listed(ofEu, values);
    expect(found.every((id) => id.startsWith("eu-"))).toBe(true);
  });

  it("opens the call, its recording and its clip for the owner only", async () => {
    const ask = { prisma: database.prisma, callId: callIdSchema.parse("sales-1") };
    expect(await findCall({ ...ask, scope: ofEu })).toBeNull();
    expect(await findRecording({ ...ask, scope: ofEu })).toBeNull();
    expect((await findCall({ ...ask, scope: ofAdmin }))?.view.info.callId).toBe("sales-1");
    const own = { prisma: database.prisma, callId: callIdSchema.parse("eu-1") };
    expect((await findRecording({ ...own, scope: ofEu }))?.recordingPath).toBe("eu-1.wav");
    expect(await ownsClip({ prisma: database.prisma, scope: ofEu, hash: "a".repeat(64) })).toBe(true);
    expect(await ownsClip({ prisma: database.prisma, scope: ofNone, hash: "a".repeat(64) })).toBe(false);
  });

  it("offers filters of one's own teams only", async () => {
    await database.prisma.team.createMany({ data: ["eu", "sales"].map((id) => ({ id, name: `Team ${id}` })) });
    const choices = await listChoices({ prisma: database.prisma, scope: ofEu });
    expect(choices.teams.map((team) => team.id)).toEqual(["eu"]);
    expect(choices.topics).toEqual([{ key: "cancel", label: "Cancel" }]);
  });
});

describe("listCalls", () => {
  const list = (values: Record<string, string>) =>
    listCalls({ prisma: database.prisma, scope: ofAdmin, filter: filter(values) });

  it("finds words in any form and shows where they were said", async () => {
    const { rows, total } = await list({ q: "cancelled contract", team: "eu" });
    expect(total).toBe(2);
    expect(rows[0]?.snippet).toEqual(["I want to ", "cancel", " my ", "contract", "."]);
  });

  it("tells each call's direction, in the list and in the call", async () => {
    const { rows } = await listCalls({ prisma: database.prisma, scope: ofEu, filter: filter() });
    expect(rows.map(({ callId, direction }) => [callId, direction])).toEqual([
      ["eu-2", "outbound"],
      ["eu-1", "inbound"],
    ]);
    const call = await findCall({ prisma: database.prisma, scope: ofEu, callId: callIdSchema.parse("eu-2") });
    expect(call?.view.info.direction).toBe("outbound");
  });

  it("filters by mood, time and what came of whispers", async () => {
    expect((await list({ mood: "positive" })).total).toBe(0);
    expect((await list({ mood: "negative" })).total).toBe(4);
    expect((await list({ from: new Date(START + 100_000).toISOString() })).total).toBe(2);
    expect((await list({ whisper: "edited" })).total).toBe(4);
    expect((await list({ whisper: "rejected" })).total).toBe(0);
  });

  it("finds among the failed what its rows count as failed: also what was interrupted", async () => {
    const where = { callId: "nobody-1" };
    await database.prisma.suggestion.updateMany({ where, data: { state: "interrupted" } });
    const { rows } = await list({ whisper: "failed" });
    expect(rows.map(({ callId, whispers, monitoring }) => [callId, whispers.failed, monitoring])).toEqual([
      ["nobody-1", 1, "monitored"],
    ]);
  });

  it("goes on after the place it is given, without a row lost or doubled", async () => {
    const { rows } = await list({ after: `${START + 120_000}_sales-1` });
    expect(rows.map((row) => row.callId)).toEqual(["eu-2", "eu-1"]);
  });

  it("leaves out what a link got wrong", () => {
    expect(filter({ mood: "angry", after: "x", from: "yesterday", team: "eu" })).toEqual({ team: "eu" });
  });
});

describe("findCall", () => {
  it("gives a stored call the shape of a live one", async () => {
    const call = await findCall({ prisma: database.prisma, scope: ofEu, callId: callIdSchema.parse("eu-1") });
    expect(call?.recording).toEqual({ durationMs: 9000 });
    expect(call?.view).toMatchObject({ info: { direction: "inbound" }, heldBy: [], endReason: "caller-hung-up" });
    expect(call?.view.utterances).toHaveLength(2);
    expect(call?.view.sentiment[0]).toMatchObject({ score: -0.7, atMs: 1500, trend: "falling" });
    expect(call?.view.modeChanges[0]).toMatchObject({ requested: "spy", confirmed: "spy", byName: "Earshot" });
    expect(call?.view.suggestions[0]).toMatchObject({ state: "spoken", proof: { callerClear: true } });
    expect(call?.view.suggestions[0]?.steps[1]).toMatchObject({
      state: "edited",
      actor: { kind: "user", name: "Ada" },
    });
  });
});
