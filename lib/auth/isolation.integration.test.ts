import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOwnAgent, listAgents, listTeams } from "@/lib/agents/data";
import { agentIdSchema, callIdSchema, type TeamId, teamIdSchema } from "@/lib/contract/ids";
import { findCall, findRecording, listCalls, listChoices, ownsClip } from "@/lib/history/data";
import { historyFilterSchema } from "@/lib/history/schema";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { findRehearsal, listRehearsals } from "@/lib/rehearsal/data";
import { rehearsalIdSchema } from "@/lib/rehearsal/schema";
import { ownAgent, type TeamScope, teamScope } from "./ability";
import { type Auth, createAuth } from "./service";
import { makeUser, signIn } from "./testing/people";
import type { Viewer } from "./types";

/** Guards: from a real session to the last row, a supervisor of team A reads nothing of team B, by any data function. */

let db: TestDatabase;
let auth: Auth;
const clip = { own: "a".repeat(64), other: "b".repeat(64), nobody: "c".repeat(64) };

const scopes = new Map<string, TeamScope>();

async function viewerOf(email: string): Promise<Viewer> {
  const viewer = await auth.viewerFromHeaders(await signIn({ auth, email }));
  if (!viewer) throw new Error(`${email} is signed in`);
  return viewer;
}

async function scopeOf(email: string): Promise<TeamScope> {
  const known = scopes.get(email);
  if (known) return known;
  const scope = teamScope(await viewerOf(email));
  scopes.set(email, scope);
  return scope;
}

async function addTeam(name: "own" | "other"): Promise<TeamId> {
  const team = await db.prisma.team.create({ data: { id: name, name: `team ${name}` } });
  await db.prisma.agent.create({ data: { name: `agent ${name}`, extension: `ext-${name}`, teamId: team.id } });
  return teamIdSchema.parse(team.id);
}

async function addCall(name: keyof typeof clip): Promise<void> {
  const at = new Date("2026-11-22T09:00:00Z");
  const evidence = { quote: `secret ${name}` };
  await db.prisma.call.create({
    data: {
      id: `call-${name}`,
      gateway: "test",
      simulated: true,
      callerNumber: `number ${name}`,
      calleeNumber: `ext-${name}`,
      agentName: `agent ${name}`,
      teamId: name === "nobody" ? null : name,
      teamName: name === "nobody" ? null : `team ${name}`,
      state: "DISCONNECTED",
      startedAt: at,
      endedAt: at,
      endReason: "caller-hung-up",
      recordingPath: `${name}.wav`,
      utterances: {
        create: { utteranceId: "u1", party: "caller", text: `please cancel, secret ${name}`, startMs: 0, endMs: 900 },
      },
      topics: {
        create: {
          utteranceId: "u1",
          key: `topic-${name}`,
          label: name,
          kind: "topic",
          party: "caller",
          atMs: 1,
          confidence: 1,
        },
      },
      suggestions: {
        create: {
          id: `s-${name}`,
          rule: "r",
          ruleLabel: "R",
          urgency: "low",
          state: "expired",
          text: "t",
          originalText: "t",
          reason: "r",
          evidence: [{ utteranceId: "u1", atMs: 0, ...evidence }],
          proposedAt: at,
          expiresAt: at,
          clipHash: clip[name],
          clipDurationMs: 1,
        },
      },
    },
  });
}

beforeAll(async () => {
  db = await createTestDatabase();
  const { prisma } = db;
  auth = createAuth({ prisma, secret: "s".repeat(40), logger: silentLogger });
  const own = await addTeam("own");
  await addTeam("other");
  for (const name of ["own", "other", "nobody"] as const) await addCall(name);
  await makeUser({ prisma, email: "supervisor@example.com", role: "supervisor", teamIds: [own] });
  await makeUser({ prisma, email: "lead@example.com", role: "lead", teamIds: [own] });
  await makeUser({ prisma, email: "teamless@example.com", role: "supervisor" });
  await makeUser({ prisma, email: "admin@example.com", role: "admin" });
  const { id } = await prisma.agent.findUniqueOrThrow({ where: { extension: "ext-own" } });
  await makeUser({ prisma, email: "agent@example.com", role: "agent", agentId: agentIdSchema.parse(id) });
  // As an older row might have it: a membership gives an agent nothing.
  const { id: teamless } = await prisma.user.findUniqueOrThrow({ where: { email: "teamless@example.com" } });
  const rehearsal = { userId: teamless, scenarioId: "s", title: "t", startedAt: new Date() };
  for (const [teamId, id] of Object.entries(rehearsed))
    await prisma.rehearsal.create({ data: { ...rehearsal, id, callId: `rehearsed-${teamId}`, teamId } });
  const { id: userId } = await prisma.user.findUniqueOrThrow({ where: { email: "agent@example.com" } });
  await prisma.teamMember.create({ data: { teamId: own, userId } });
});
afterAll(() => db.close());

const filter = (values: unknown) => historyFilterSchema.parse(values);
const names = ["own", "other", "nobody"] as const;

/** Every data function that takes a scope, asked for all it can give. */
const reads: Record<string, (scope: TeamScope) => Promise<unknown>> = {
  listTeams: (scope) => listTeams({ prisma: db.prisma, scope }),
  listAgents: (scope) => listAgents({ prisma: db.prisma, scope }),
  listCalls: (scope) =>
    Promise.all(
      [{}, { q: "cancel" }, { q: "secret" }, { team: "other" }, { topic: "topic-other" }].map((values) =>
        listCalls({ prisma: db.prisma, scope, filter: filter(values) }),
      ),
    ),
  findCall: (scope) =>
    Promise.all(
      names.map((name) => findCall({ prisma: db.prisma, scope, callId: callIdSchema.parse(`call-${name}`) })),
    ),
  findRecording: (scope) =>
    Promise.all(
      names.map((name) => findRecording({ prisma: db.prisma, scope, callId: callIdSchema.parse(`call-${name}`) })),
    ),
  ownsClip: async (scope) =>
    (await Promise.all(names.map((name) => ownsClip({ prisma: db.prisma, scope, hash: clip[name] })))).map(
      (owns, index) => (owns ? names[index] : null),
    ),
  listChoices: (scope) => listChoices({ prisma: db.prisma, scope }),
};

/** Not by scope: for admins, guarded by its loader (see actions and loaders). */
const ADMIN_ONLY = ["listUsers"];
/** By the proof of who the agent is, which nobody but that agent gets. */
const OF_THE_AGENT = ["findOwnAgent"];
/** By the viewer: one's own, and for leads and admins those of their teams. */
const BY_VIEWER = ["listRehearsals", "findRehearsal"];
const rehearsed = { own: "11111111-1111-4111-8111-111111111111", other: "22222222-2222-4222-8222-222222222222" };

describe("isolation of teams", () => {
  it("covers every data function of every room", async () => {
    const modules = import.meta.glob<Record<string, unknown>>("../*/data.ts", { eager: true });
    const functions = Object.values(modules).flatMap((module) => Object.keys(module));
    expect(functions.length).toBeGreaterThan(5);
    expect(functions.filter((name) => ![...ADMIN_ONLY, ...OF_THE_AGENT, ...BY_VIEWER].includes(name)).sort()).toEqual(
      Object.keys(reads).sort(),
    );
  });

  it.each(Object.keys(reads))(
    "%s gives the owner theirs, the admin all, and nobody anything of others",
    async (name) => {
      const read = async (email: string) => JSON.stringify(await reads[name]?.(await scopeOf(email)));
      const byAdmin = await read("admin@example.com");
      expect(byAdmin).toContain("own");
      expect(byAdmin).toContain("other");
      for (const email of ["supervisor@example.com", "lead@example.com"]) {
        const seen = await read(email);
        expect(seen).toContain("own");
        expect(seen).not.toContain("other");
        expect(seen).not.toContain("nobody");
      }
      for (const email of ["teamless@example.com", "agent@example.com"]) {
        const seen = await read(email);
        for (const word of names) expect(seen).not.toContain(word);
      }
    },
  );

  it.each([
    ["lead", [rehearsed.own]],
    ["supervisor", []],
    ["agent", []],
  ])("gives %s the rehearsals %j of others", async (who, expected) => {
    const ask = { prisma: db.prisma, viewer: await viewerOf(`${who}@example.com`) };
    const listed = (await listRehearsals(ask)).map(({ rehearsalId }) => rehearsalId);
    const found = await Promise.all(
      Object.values(rehearsed).map((id) => findRehearsal({ ...ask, id: rehearsalIdSchema.parse(id) })),
    );
    expect(listed.sort()).toEqual(expected);
    expect(found.flatMap((row) => row?.rehearsalId ?? [])).toEqual(expected);
  });

  it("gives an agent themselves, and others no proof to ask with", async () => {
    const agentId = ownAgent(await viewerOf("agent@example.com"));
    if (!agentId) throw new Error("the agent has a desk");
    expect(await findOwnAgent({ prisma: db.prisma, agentId })).toEqual({ name: "agent own", extension: "ext-own" });
    for (const email of ["supervisor@example.com", "lead@example.com", "admin@example.com"])
      expect(ownAgent(await viewerOf(email))).toBeNull();
  });
});
