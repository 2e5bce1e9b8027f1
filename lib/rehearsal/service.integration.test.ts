import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Role, Viewer } from "@/lib/auth/types";
import { type CallId, suggestionIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import type { ScenarioCard } from "@/lib/contract/switch-control";
import { EventBus } from "@/lib/events/event-bus";
import { FakeClock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { OVER_LATE_MS } from "./constants";
import { findRehearsal, listRehearsals } from "./data";
import { RehearsalService } from "./service";
import type { RehearsalStage, StageEnd } from "./stage";

/** Guards who may rehearse what, who sees whose result, and that only the supervisor's own doing is scored. */

const eu = teamIdSchema.parse("eu");
const sales = teamIdSchema.parse("sales");
const card: ScenarioCard = { scenarioId: "late", title: "Late", teaches: "x", extension: "1001", moments: 1 };
const AUDIO_STARTED_AT = 1_000_000;

const viewer = (name: string, role: Role = "supervisor", teamIds = [eu]): Viewer => {
  const email = `${name}@example.com`;
  return { userId: userIdSchema.parse(name), name, email, role, teamIds, agentId: null };
};
const [nora, victor, lead] = [viewer("nora"), viewer("victor", "supervisor", [sales]), viewer("lead", "lead")];

class FakeStage implements RehearsalStage {
  placed: CallId[] = [];
  refusal: AppError | null = null;
  isSilent = false;
  readonly #listeners = new Set<(end: StageEnd) => void>();
  readonly #lossListeners = new Set<() => void>();
  async scenarios() {
    if (this.isSilent) throw new AppError("UNAVAILABLE", { message: "silent" });
    return [card, { ...card, scenarioId: "nobody", extension: "9" }];
  }
  async place({ callId }: { callId: CallId }) {
    if (this.refusal) throw this.refusal;
    this.placed.push(callId);
  }
  onOver(listener: (end: StageEnd) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  onLost(listener: () => void) {
    this.#lossListeners.add(listener);
    return () => this.#lossListeners.delete(listener);
  }
  die() {
    for (const listener of this.#lossListeners) listener();
  }
  end(end: StageEnd) {
    for (const listener of this.#listeners) listener(end);
  }
}

let database: TestDatabase;
let stage: FakeStage;
let clock: FakeClock;
let bus: EventBus;
let service: RehearsalService;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const { userId, name, email, role } of [nora, victor, lead])
    await database.prisma.user.create({ data: { id: userId, name, email, role } });
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.prisma.rehearsal.deleteMany();
  stage = new FakeStage();
  clock = new FakeClock();
  bus = new EventBus({ clock, logger: silentLogger });
  const agents = {
    byExtension: async (extension: string) => (extension === "1001" ? { agentName: "Maya", teamId: eu } : null),
  };
  service = new RehearsalService({ prisma: database.prisma, bus, stage, agents, clock, logger: silentLogger });
  await service.start();
});

/** A whisper that `by` approved and that was heard `atMs` into the call. */
function whispered({ callId, by, atMs }: { callId: CallId; by: Viewer; atMs: number }): void {
  const actor = { kind: "user", userId: by.userId, name: by.name } as const;
  const at = AUDIO_STARTED_AT + atMs;
  const text = `Words of ${by.name}.`;
  const step = (state: "proposed" | "approved" | "speaking" | "spoken", stepAt: number) => {
    return { state, at: stepAt, actor: state === "approved" ? actor : { kind: "system" as const }, text, detail: null };
  };
  bus.publish({
    type: "suggestion.changed",
    callId,
    suggestion: {
      ...{ suggestionId: suggestionIdSchema.parse(`${by.name}-${atMs}`), callId, rule: "r", ruleLabel: "R" },
      ...{ urgency: "normal", state: "spoken", text, originalText: text, reason: "", evidence: [] },
      ...{ proposedAt: at - 900, expiresAt: at + 20_000, stale: false, clip: null, clipError: null, claimedBy: null },
      ...{ waitingForPause: false, waitingFor: null, proof: null, agentResponse: null, agentResponseBy: null },
      steps: [step("proposed", at - 900), step("approved", at - 500), step("speaking", at), step("spoken", at + 1500)],
    },
  });
}

async function finished(id: Awaited<ReturnType<RehearsalService["rehearse"]>>, by = nora) {
  await expect
    .poll(async () => (await findRehearsal({ prisma: database.prisma, viewer: by, id }))?.endedAt)
    .not.toBeNull();
  return findRehearsal({ prisma: database.prisma, viewer: by, id });
}

const end = (callId: CallId): StageEnd => ({
  callId,
  audioStartedAt: AUDIO_STARTED_AT,
  moments: [
    { moment: "sorry", advice: "Say sorry.", isCoached: true, cueMs: 10_000, decidedMs: 20_000, coachedMs: 16_000 },
  ],
  unreached: [],
});

describe("rehearsals", () => {
  it("are open to who supervises the agent of the scenario, and to nobody else", async () => {
    const { teaches: _answers, ...shown } = card;
    expect(await service.scenariosFor(nora)).toEqual([{ ...shown, agentName: "Maya" }]);
    expect(await service.scenariosFor(victor)).toEqual([]);
    await expect(service.rehearse({ viewer: victor, scenarioId: "late" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(service.rehearse({ viewer: nora, scenarioId: "nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(stage.placed).toEqual([]);
  });

  it("score what the supervisor did, and not what others did on the same call", async () => {
    const id = await service.rehearse({ viewer: nora, scenarioId: "late" });
    const callId = stage.placed[0] as CallId;
    whispered({ callId, by: lead, atMs: 11_000 });
    whispered({ callId, by: nora, atMs: 15_000 });
    stage.end(end(callId));
    const stored = await finished(id);
    expect(stored).toMatchObject({ score: 80, title: "Late", isOwn: true });
    expect(stored?.result?.moments[0]).toMatchObject({
      outcome: "caught",
      reactionMs: 5000,
      answer: { text: "Words of nora.", atMs: 15_000, endMs: 16_500 },
    });
    expect(stored?.result?.needless).toEqual([]);
  });

  it("count a supervisor's own voice like a whisper", async () => {
    const id = await service.rehearse({ viewer: nora, scenarioId: "late" });
    const callId = stage.placed[0] as CallId;
    const by = { kind: "user", userId: nora.userId, name: nora.name } as const;
    await clock.advance(AUDIO_STARTED_AT + 12_000 - clock.now());
    bus.publish({ type: "speaking.started", callId, speakingId: "1", mode: "whisper", by });
    await clock.advance(2000);
    const over = { spokenMs: 2000, reason: "released", detail: null, callerClear: true } as const;
    bus.publish({ type: "speaking.ended", callId, speakingId: "1", mode: "whisper", by, ...over });
    stage.end(end(callId));
    expect((await finished(id))?.result?.moments[0]).toMatchObject({
      outcome: "caught",
      answer: { kind: "voice", text: null, atMs: 12_000, endMs: 14_000 },
    });
  });

  it("go on one at a time for each person, however often they ask", async () => {
    const [first, second] = await Promise.allSettled([
      service.rehearse({ viewer: nora, scenarioId: "late" }),
      service.rehearse({ viewer: nora, scenarioId: "late" }),
    ]);
    expect(second).toMatchObject({ status: "rejected", reason: { code: "CONFLICT" } });
    expect(stage.placed).toHaveLength(1);
    await service.rehearse({ viewer: lead, scenarioId: "late" });
    stage.end(end(stage.placed[0] as CallId));
    if (first.status === "fulfilled") await finished(first.value);
    await service.rehearse({ viewer: nora, scenarioId: "late" });
    expect(stage.placed).toHaveLength(3);
  });

  it("are known as their supervisor's own while they go on and while they supervise the agent", async () => {
    const id = await service.rehearse({ viewer: nora, scenarioId: "late" });
    const callId = stage.placed[0] as CallId;
    expect(service.ownOf({ viewer: nora, callId })).toBe(id);
    expect(service.ownOf({ viewer: lead, callId })).toBeNull();
    expect(service.ownOf({ viewer: { ...nora, teamIds: [sales] }, callId })).toBeNull();
    stage.end(end(callId));
    await finished(id);
    expect(service.ownOf({ viewer: nora, callId })).toBeNull();
  });

  it("say afterwards what they teach, also while the switch is silent, if it ever told", async () => {
    stage.isSilent = true;
    await expect(service.scenariosFor(nora)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await service.teaches("late")).toBeNull();
    stage.isSilent = false;
    expect(await service.teaches("late")).toBe("x");
    stage.isSilent = true;
    expect(await service.teaches("late")).toBe("x");
    expect(await service.teaches("unknown")).toBeNull();
  });

  it("end unscored where the call never came about, with the switch's words", async () => {
    const userMessage = "The agent is busy.";
    stage.refusal = new AppError("CONFLICT", { message: "busy", userMessage });
    await expect(service.rehearse({ viewer: nora, scenarioId: "late" })).rejects.toMatchObject({ userMessage });
    stage.refusal = null;
    const id = await service.rehearse({ viewer: nora, scenarioId: "late" });
    stage.end({ ...end(stage.placed[0] as CallId), audioStartedAt: null, moments: [] });
    expect(await finished(id)).toMatchObject({ score: null, result: null });
    const rows = await listRehearsals({ prisma: database.prisma, viewer: nora });
    expect(rows.map(({ endedAt, score }) => [endedAt !== null, score])).toEqual([
      [true, null],
      [true, null],
    ]);
  });

  it("block nobody once their switch has died, and end unscored at once", async () => {
    const id = await service.rehearse({ viewer: nora, scenarioId: "late" });
    const others = await service.rehearse({ viewer: lead, scenarioId: "late" });
    stage.die();
    for (const one of [id, others]) expect(await finished(one, lead)).toMatchObject({ score: null, result: null });
    stage.end(end(stage.placed[0] as CallId));
    await service.rehearse({ viewer: nora, scenarioId: "late" });
    expect(stage.placed).toHaveLength(3);
  });

  it("end unscored shortly after a call of which the switch tells nothing", async () => {
    const id = await service.rehearse({ viewer: nora, scenarioId: "late" });
    const callId = stage.placed[0] as CallId;
    const ended = { reason: "gateway-lost", by: { kind: "system" }, durationMs: 1000 } as const;
    bus.publish({ type: "call.ended", callId, ...ended });
    await clock.advance(OVER_LATE_MS - 1);
    await expect(service.rehearse({ viewer: nora, scenarioId: "late" })).rejects.toMatchObject({ code: "CONFLICT" });
    await clock.advance(1);
    expect(await finished(id)).toMatchObject({ score: null, result: null });
    await service.rehearse({ viewer: nora, scenarioId: "late" });
  });

  it("are scored though the switch tells how they went only after their call ended", async () => {
    const id = await service.rehearse({ viewer: nora, scenarioId: "late" });
    const callId = stage.placed[0] as CallId;
    const ended = { reason: "caller-hung-up", by: { kind: "system" }, durationMs: 1000 } as const;
    bus.publish({ type: "call.ended", callId, ...ended });
    await clock.advance(OVER_LATE_MS / 2);
    stage.end(end(callId));
    expect((await finished(id))?.result).not.toBeNull();
    await clock.advance(OVER_LATE_MS);
    expect((await finished(id))?.result).not.toBeNull();
  });

  it("are seen by their supervisor and who reviews the team, not by other supervisors", async () => {
    const id = await service.rehearse({ viewer: nora, scenarioId: "late" });
    const seenBy = async (by: Viewer) => {
      const rows = await listRehearsals({ prisma: database.prisma, viewer: by });
      const one = await findRehearsal({ prisma: database.prisma, viewer: by, id });
      return [rows.length, one !== null];
    };
    expect(await seenBy(nora)).toEqual([1, true]);
    expect(await seenBy(lead)).toEqual([1, true]);
    expect(await seenBy(viewer("root", "admin", []))).toEqual([1, true]);
    expect(await seenBy(victor)).toEqual([0, false]);
    expect(await seenBy(viewer("olga"))).toEqual([0, false]);
  });
});
