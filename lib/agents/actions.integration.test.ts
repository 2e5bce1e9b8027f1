import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import * as people from "@/lib/auth/actions";
import { type Auth, createAuth, provideAuth } from "@/lib/auth/service";
import { makeUser, postSignIn, signIn, TEST_PASSWORD } from "@/lib/auth/testing/people";
import type { CommandResult } from "@/lib/contract/command-result";
import { agentIdSchema, type TeamId, teamIdSchema, type UserId } from "@/lib/contract/ids";
import { provideDatabase } from "@/lib/platform/database";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import * as actions from "./actions";

/** Guards: whoever calls an action of the settings, as a browser can by hand, must be an admin. */

const request = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock("next/headers", () => ({ headers: async () => request.headers }));
vi.mock("next/cache", () => ({ revalidatePath: () => {} }));
// React's `cache` holds for one request; here every call is a request of its own.
vi.mock("react", async (original) => ({ ...(await original<object>()), cache: <F>(run: F): F => run }));

const policy = {
  whisperPolicy: "off",
  suggestionExpirySeconds: 20,
  maxSuggestionsPerMinute: 4,
  whisperTone: true,
  tellAgents: false,
};
let db: TestDatabase;
let auth: Auth;
let teamId: TeamId;
let agentId: string;
let victim: UserId;
const signedIn = new Map<string, Headers>();

beforeAll(async () => {
  db = await createTestDatabase();
  const { prisma } = db;
  auth = createAuth({ prisma, secret: "s".repeat(40), logger: silentLogger });
  provideDatabase(prisma);
  provideAuth(auth);
  teamId = teamIdSchema.parse((await prisma.team.create({ data: { name: "Support" } })).id);
  agentId = (await prisma.agent.create({ data: { name: "Maya", extension: "1001", teamId } })).id;
  for (const role of ["agent", "supervisor", "lead", "admin"] as const) {
    await makeUser({ prisma, email: `${role}@example.com`, role, teamIds: [teamId] });
    signedIn.set(role, await signIn({ auth, email: `${role}@example.com` }));
  }
  const fresh = await makeUser({ prisma, email: "fresh@example.com", role: "admin" });
  await prisma.user.update({ where: { id: fresh.userId }, data: { mustChangePassword: true } });
  signedIn.set("admin with a one-time password", await signIn({ auth, email: "fresh@example.com" }));
  victim = (await makeUser({ prisma, email: "victim@example.com", role: "lead" })).userId;
});
afterAll(() => db.close());
afterEach(() => {
  request.headers = new Headers();
});

/** Every action that changes something for others, with input that an admin may send. */
const attempts: Record<string, () => Promise<CommandResult<unknown>>> = {
  createTeam: () => actions.createTeam({ name: "New", ...policy }),
  updateTeam: () => actions.updateTeam({ teamId, name: "Mine", ...policy }),
  createAgent: () => actions.createAgent({ name: "New", extension: "2001", teamId, active: true }),
  updateAgent: () => actions.updateAgent({ agentId, name: "Mine", extension: "1001", teamId: null, active: false }),
  createUser: () =>
    people.createUser({ name: "Eve", email: "eve@example.com", role: "admin", teamIds: [], agentId: null }),
  updateUser: () =>
    people.updateUser({ userId: victim, name: "Eve", role: "admin", teamIds: [teamId], agentId: null, active: true }),
  resetPassword: () => people.resetPassword({ userId: victim }),
  revokeSessions: () => people.revokeSessions({ userId: victim }),
};

async function everything(): Promise<string> {
  const { prisma } = db;
  const rows = await Promise.all([
    prisma.team.findMany(),
    prisma.agent.findMany(),
    prisma.user.findMany(),
    prisma.teamMember.findMany(),
    prisma.account.findMany(),
    prisma.auditEntry.count(),
  ]);
  return JSON.stringify(rows);
}

describe("actions of the settings", () => {
  it("are all tried here", () => {
    const exported = [...Object.keys(actions), ...Object.keys(people)].filter((name) => name !== "changePassword");
    expect(Object.keys(attempts).sort()).toEqual(exported.sort());
  });

  const strangers = ["nobody", "agent", "supervisor", "lead", "admin with a one-time password"];
  it.each(strangers.flatMap((who) => Object.keys(attempts).map((name) => ({ who, name }))))(
    "refuse $who $name and change nothing",
    async ({ who, name }) => {
      request.headers = signedIn.get(who) ?? new Headers();
      const before = await everything();
      const code = ["agent", "supervisor", "lead"].includes(who) ? "FORBIDDEN" : "UNAUTHENTICATED";
      expect(await attempts[name]?.()).toMatchObject({ ok: false, code });
      expect(await everything()).toBe(before);
    },
  );

  it.each(Object.keys(attempts))("let an admin %s, with an audit row in their name", async (name) => {
    request.headers = signedIn.get("admin") ?? new Headers();
    const rows = () => db.prisma.auditEntry.count({ where: { actorName: "admin", NOT: { action: "auth.sign-in" } } });
    const before = await rows();
    expect(await attempts[name]?.()).toMatchObject({ ok: true });
    expect(await rows()).toBe(before + 1);
  });

  it.each([
    [{ ...policy, name: "X", suggestionExpirySeconds: 4 }, "suggestionExpirySeconds"],
    [{ ...policy, name: "X", maxSuggestionsPerMinute: 1.5 }, "maxSuggestionsPerMinute"],
    [{ ...policy, name: " " }, "name"],
    [{ ...policy, name: "X", whisperPolicy: "always" }, "whisperPolicy"],
    [{ ...policy, name: "X", whisperTone: "yes" }, "whisperTone"],
    [{ ...policy, name: "X", tellAgents: undefined }, "tellAgents"],
    [null, ""],
  ])("name the field at fault of %o", async (input, field) => {
    request.headers = signedIn.get("admin") ?? new Headers();
    const result = await actions.createTeam(input);
    expect(result).toMatchObject({ ok: false, code: "INVALID", ...(field ? { field } : {}) });
  });

  it("let a person change their own password and nobody else's", async () => {
    const input = { current: TEST_PASSWORD, next: "a better password", repeat: "a better password" };
    expect(await people.changePassword(input)).toMatchObject({ ok: false, code: "UNAUTHENTICATED" });
    request.headers = signedIn.get("lead") ?? new Headers();
    expect(await people.changePassword({ ...input, repeat: "other" })).toMatchObject({ ok: false, field: "repeat" });
    expect(await people.changePassword({ ...input, current: "wrong" })).toMatchObject({ ok: false, field: "current" });
    expect(await people.changePassword(input)).toMatchObject({ ok: true });
    expect((await postSignIn({ auth, email: "lead@example.com", password: TEST_PASSWORD })).status).toBe(401);
    expect((await postSignIn({ auth, email: "lead@example.com", password: input.next })).status).toBe(200);
  });

  it("takes a user's desk away with their agent, at once", async () => {
    const { prisma } = db;
    const desk = await prisma.agent.create({ data: { name: "Tomas", extension: "1002" } });
    const { userId } = await makeUser({
      ...{ prisma, email: "tomas@example.com", role: "agent" },
      agentId: agentIdSchema.parse(desk.id),
    });
    const headers = await signIn({ auth, email: "tomas@example.com" });
    request.headers = signedIn.get("admin") ?? new Headers();
    const asked: UserId[] = [];
    const stop = auth.sessions.onChanged((id) => asked.push(id));
    const input = { agentId: desk.id, name: "Tomas", extension: "1002", teamId: null, active: false };
    expect(await actions.updateAgent(input)).toMatchObject({ ok: true });
    stop();
    expect(asked).toEqual([userId]);
    expect(await auth.viewerFromHeaders(headers)).toMatchObject({ role: "agent", agentId: null });
  });
});
