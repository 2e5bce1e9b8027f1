import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "./database";
import { Prisma } from "./prisma-client/client";
import { createTestDatabase, type TestDatabase } from "./testing/test-database";

/** Guards that the hand-kept migrations make what the generated client expects: every table, column and value. */

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const at = new Date("2026-11-22T09:00:00.123Z");
const later = new Date("2026-11-22T09:01:00.456Z");
const actor = { actorKind: "user", actorUserId: "u1", actorName: "Ada" } as const;

/** One full row a model; parents before children. */
const call = {
  id: "c1",
  gateway: "switch",
  simulated: true,
  demonstration: true,
  direction: "outbound",
  callerNumber: "+442079460000",
  callerName: "Jo",
  calleeNumber: "1001",
  agentId: "a1",
  agentName: "Maya",
  teamId: "t1",
  teamName: "Support",
  state: "CONNECTED",
  monitoring: "lost",
  startedAt: at,
  connectedAt: at,
  audioStartedAt: at,
  endedAt: later,
  endReason: "caller-hung-up",
  durationMs: 60_333,
  moodAverage: -0.25,
  moodMinimum: -0.75,
  moodFinal: 0.125,
  talk: { callerTalkMs: 1 },
  recordingPath: "c1.wav",
  recordingMs: 60_000,
  transcriptionLevel: "finals-only",
  transcriptionDetail: "busy",
  lastError: "none",
  createdAt: at,
  updatedAt: at,
} satisfies Prisma.CallCreateManyInput;

const rows: { [M in Prisma.ModelName]: object } = {
  User: {
    id: "u1",
    name: "Ada",
    email: "ada@example.com",
    emailVerified: true,
    image: "i",
    role: "lead",
    mustChangePassword: true,
    active: false,
    createdAt: at,
    updatedAt: at,
    agentId: null,
  } satisfies Prisma.UserCreateManyInput,
  Session: {
    id: "s1",
    expiresAt: later,
    token: "t",
    createdAt: at,
    updatedAt: at,
    ipAddress: "192.0.2.1",
    userAgent: "x",
    userId: "u1",
  } satisfies Prisma.SessionCreateManyInput,
  Account: {
    id: "ac1",
    accountId: "u1",
    providerId: "credential",
    userId: "u1",
    accessToken: "a",
    refreshToken: "r",
    idToken: "i",
    accessTokenExpiresAt: at,
    refreshTokenExpiresAt: later,
    scope: "s",
    password: "h",
    createdAt: at,
    updatedAt: at,
  } satisfies Prisma.AccountCreateManyInput,
  Verification: {
    id: "v1",
    identifier: "i",
    value: "v",
    expiresAt: later,
    createdAt: at,
    updatedAt: at,
  } satisfies Prisma.VerificationCreateManyInput,
  RateLimit: {
    id: "r1",
    key: "k",
    count: 3,
    lastRequest: 1_795_338_000_123n,
  } satisfies Prisma.RateLimitCreateManyInput,
  Team: {
    id: "t1",
    name: "Support",
    whisperPolicy: "automatic",
    suggestionExpirySeconds: 30,
    maxSuggestionsPerMinute: 2,
    agentSentiment: true,
    whisperTone: true,
    tellAgents: false,
    createdAt: at,
    updatedAt: at,
  } satisfies Prisma.TeamCreateManyInput,
  TeamMember: { teamId: "t1", userId: "u1", createdAt: at } satisfies Prisma.TeamMemberCreateManyInput,
  Agent: {
    id: "a1",
    name: "Maya",
    extension: "1001",
    teamId: "t1",
    active: false,
    createdAt: at,
    updatedAt: at,
  } satisfies Prisma.AgentCreateManyInput,
  Call: call,
  CallParty: {
    callId: "c1",
    party: "agent",
    number: "1001",
    name: "Maya",
    agentId: "a1",
  } satisfies Prisma.CallPartyCreateManyInput,
  Utterance: {
    callId: "c1",
    utteranceId: "x1",
    party: "caller",
    text: "The service light is on.",
    startMs: 10,
    endMs: 900,
    sentiment: -0.5,
    confidence: 0.75,
    rolling: -0.25,
    trend: "falling",
    createdAt: at,
  } satisfies Prisma.UtteranceCreateManyInput,
  TopicMention: {
    callId: "c1",
    utteranceId: "x1",
    key: "cancel",
    label: "Cancel",
    kind: "intent",
    party: "caller",
    atMs: 900,
    confidence: 0.5,
  } satisfies Prisma.TopicMentionCreateManyInput,
  Suggestion: {
    id: "g1",
    callId: "c1",
    rule: "cancel-intent",
    ruleLabel: "Cancel intent",
    urgency: "urgent",
    state: "spoken",
    text: "Offer it.",
    originalText: "Offer.",
    reason: "They want to leave.",
    evidence: [{ utteranceId: "x1", quote: "q", atMs: 900 }],
    proposedAt: at,
    expiresAt: later,
    stale: true,
    clipHash: "a".repeat(64),
    clipDurationMs: 1200,
    clipError: "none",
    claimedByUserId: "u1",
    claimedByName: "Ada",
    waitingForPause: true,
    proof: { modeBefore: "spy", callerClear: true },
    agentResponse: "heard",
    responseUserId: "u2",
    responseName: "Mia",
    updatedAt: at,
  } satisfies Prisma.SuggestionCreateManyInput,
  SuggestionStep: {
    suggestionId: "g1",
    position: 0,
    state: "proposed",
    at,
    ...actor,
    text: "Offer.",
    detail: "d",
  } satisfies Prisma.SuggestionStepCreateManyInput,
  ModeChange: {
    id: "m1",
    callId: "c1",
    requestId: "r1",
    requested: "whisper",
    confirmed: "whisper",
    previous: "spy",
    failedCode: "TIMEOUT",
    failedMessage: "late",
    ...actor,
    at,
    settledAt: later,
  } satisfies Prisma.ModeChangeCreateManyInput,
  Speaking: {
    callId: "c1",
    speakingId: "s1",
    mode: "whisper",
    ...actor,
    startedAt: at,
    endedAt: later,
    spokenMs: 1200,
    reason: "released",
    detail: "d",
    callerClear: true,
  } satisfies Prisma.SpeakingCreateManyInput,
  Rehearsal: {
    id: "re1",
    userId: "u1",
    scenarioId: "late-refund",
    title: "Late refund",
    callId: "c9",
    teamId: "t1",
    startedAt: at,
    endedAt: later,
    score: 80,
    result: { moments: [] },
  } satisfies Prisma.RehearsalCreateManyInput,
  Alert: {
    id: "al1",
    callId: "c1",
    rule: "silence",
    label: "Silence",
    severity: "danger",
    detail: "20 s",
    raisedAt: at,
    utteranceId: "x1",
    active: true,
    markedWrong: true,
  } satisfies Prisma.AlertCreateManyInput,
  Note: { id: "n1", callId: "c1", text: "Call back.", ...actor, at } satisfies Prisma.NoteCreateManyInput,
  AuditEntry: {
    id: 1n,
    ...actor,
    action: "agents.update-team",
    callId: "c1",
    teamId: "t1",
    subject: "s",
    detail: { before: { a: 1 } },
    at,
  } satisfies Prisma.AuditEntryCreateManyInput,
};

/** The client's delegates share createMany and findMany; a model's own types are checked by `satisfies` above. */
type Delegate = { createMany(args: { data: object[] }): Promise<unknown>; findMany(): Promise<object[]> };
function delegate(model: string): Delegate {
  return Reflect.get(db.prisma, `${model.charAt(0).toLowerCase()}${model.slice(1)}`) as Delegate;
}

describe("the migrated database", () => {
  it("takes and gives back a full row of every model", async () => {
    expect(Object.keys(rows).sort()).toEqual(Object.keys(Prisma.ModelName).sort());
    for (const [model, row] of Object.entries(rows)) {
      await delegate(model).createMany({ data: [row] });
      expect(await delegate(model).findMany(), model).toEqual([row]);
      const columns: object = Reflect.get(Prisma, `${model}ScalarFieldEnum`);
      expect(Object.keys(row).sort(), `${model}: every field is tried`).toEqual(Object.keys(columns).sort());
    }
  });

  it("has no column that the client does not know, but the search vector", async () => {
    const found = await db.prisma.$queryRaw<{ columns: bigint }[]>`
      SELECT count(*) AS columns FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`;
    const known = Object.values(rows).reduce((sum, row) => sum + Object.keys(row).length, 0);
    expect(Number(found[0]?.columns)).toBe(known + 1);
  });

  it("finds words of an utterance by its index, in any form of the word", async () => {
    const find = (words: string) => db.prisma.$queryRaw<{ utterance_id: string }[]>`
      SELECT utterance_id FROM utterances WHERE search_vector @@ websearch_to_tsquery('english', ${words})`;
    expect(await find("lights servicing")).toEqual([{ utterance_id: "x1" }]);
    expect(await find("refund")).toEqual([]);
    const plan = await db.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL enable_seqscan = off`;
      return tx.$queryRaw<Record<string, string>[]>`
        EXPLAIN SELECT 1 FROM utterances WHERE search_vector @@ websearch_to_tsquery('english', 'light')`;
    });
    expect(JSON.stringify(plan)).toContain("utterances_search_vector_idx");
  });

  it("takes a call's whole record away with the call, and keeps the audit", async () => {
    await db.prisma.call.delete({ where: { id: "c1" } });
    for (const model of [
      "CallParty",
      "Utterance",
      "TopicMention",
      "Suggestion",
      "SuggestionStep",
      "ModeChange",
      "Speaking",
      "Alert",
      "Note",
    ])
      expect(await delegate(model).findMany(), model).toEqual([]);
    expect(await db.prisma.auditEntry.count()).toBe(1);
  });

  it("is opened lazily, and says what is wrong with a server that is not there", async () => {
    const nowhere = openDatabase({ url: "postgresql://nobody:x@127.0.0.1:1/none" });
    await expect(nowhere.team.count()).rejects.toThrow();
    await nowhere.$disconnect();
  });
});
