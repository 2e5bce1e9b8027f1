import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { agentIdSchema, type TeamId, teamIdSchema, type UserId, userIdSchema } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { SIGN_INS_PER_ACCOUNT, SIGN_INS_PER_ADDRESS } from "./constants";
import { listUsers } from "./data";
import { changePassword, createUser, ensureFirstAdmin, resetPassword, revokeSessions, updateUser } from "./mutations";
import { type CreateUserInput, createUserSchema, type UpdateUserInput, updateUserSchema } from "./schema";
import { type Auth, createAuth } from "./service";
import { makeUser, postSignIn, signIn, TEST_ORIGIN, TEST_PASSWORD } from "./testing/people";

const actor = { kind: "system" } as const;
let db: TestDatabase;
let auth: Auth;
let teamId: TeamId;

beforeAll(async () => {
  db = await createTestDatabase();
  auth = createAuth({ prisma: db.prisma, secret: "s".repeat(40), logger: silentLogger });
  teamId = teamIdSchema.parse((await db.prisma.team.create({ data: { name: "Support" } })).id);
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.prisma.user.deleteMany();
  await db.prisma.agent.deleteMany();
  await db.prisma.rateLimit.deleteMany();
  await db.prisma.auditEntry.deleteMany();
});

describe("sign-in", () => {
  it("makes a session that says who asks, with role and teams, and writes the audit", async () => {
    const { userId } = await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead", teamIds: [teamId] });
    const headers = await signIn({ auth, email: "Ada@Example.com" });
    const viewer = { userId, name: "ada", email: "ada@example.com", role: "lead", teamIds: [teamId], agentId: null };
    expect(await auth.viewerFromHeaders(headers)).toEqual(viewer);
    expect(await auth.viewerFromHeaders({ cookie: headers.get("cookie") ?? "" })).toEqual(viewer);
    expect(await db.prisma.auditEntry.count({ where: { action: "auth.sign-in", actorUserId: userId } })).toBe(1);
  });

  it("knows nobody without a cookie, with a forged one, or with a session of yesterday", async () => {
    await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "admin" });
    const headers = await signIn({ auth, email: "ada@example.com" });
    const token = (await db.prisma.session.findFirstOrThrow()).token;
    expect(await auth.viewerFromHeaders(new Headers())).toBeNull();
    expect(await auth.viewerFromHeaders({ cookie: `earshot.session_token=${token}` })).toBeNull();
    expect(await auth.viewerFromHeaders({ cookie: `earshot.session_token=${token}.c2lnbmF0dXJl` })).toBeNull();
    await db.prisma.session.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } });
    expect(await auth.viewerFromHeaders(headers)).toBeNull();
  });

  it("refuses wrong passwords and unknown users alike", async () => {
    await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    const wrong = await postSignIn({ auth, email: "ada@example.com", password: "wrong" });
    const unknown = await postSignIn({ auth, email: "eve@example.com", password: "wrong" });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.text()).toBe(await unknown.text());
  });

  it("ends with sign-out, and tells the sockets", async () => {
    const { userId } = await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    const headers = await signIn({ auth, email: "ada@example.com" });
    const changed: UserId[] = [];
    const stop = auth.sessions.onChanged((id) => changed.push(id));
    headers.set("origin", TEST_ORIGIN);
    headers.set("host", "127.0.0.1:3000");
    const response = await auth.handler(new Request(`${TEST_ORIGIN}/api/auth/sign-out`, { method: "POST", headers }));
    stop();
    expect(response.status).toBe(200);
    expect(changed).toEqual([userId]);
    expect(await auth.viewerFromHeaders(headers)).toBeNull();
  });

  it("sets a cookie that scripts cannot read, secure where the address is https", async () => {
    await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    const plain = await postSignIn({ auth, email: "ada@example.com", password: TEST_PASSWORD });
    expect(plain.headers.getSetCookie()[0]).toMatch(/^earshot\.session_token=.*HttpOnly; SameSite=Lax$/);
    const publicUrl = "https://earshot.example.com";
    const secured = createAuth({ prisma: db.prisma, secret: "s".repeat(40), logger: silentLogger, publicUrl });
    const secure = await postSignIn({
      auth: secured,
      email: "ada@example.com",
      password: TEST_PASSWORD,
      origin: publicUrl,
    });
    expect(secure.headers.getSetCookie()[0]).toMatch(
      /^__Secure-earshot\.session_token=.*HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it("is refused from another site's page", async () => {
    await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    const headers = await signIn({ auth, email: "ada@example.com" });
    headers.set("origin", "https://evil.example");
    headers.set("host", "127.0.0.1:3000");
    const response = await auth.handler(new Request(`${TEST_ORIGIN}/api/auth/sign-out`, { method: "POST", headers }));
    expect(response.status).toBe(403);
    headers.delete("origin");
    expect(await auth.viewerFromHeaders(headers)).not.toBeNull();
  });

  it.each(["sign-up/email", "update-user", "change-password", "list-sessions", "delete-user"])(
    "has no endpoint %s",
    async (path) => {
      const body = JSON.stringify({ email: "eve@example.com", password: TEST_PASSWORD, name: "Eve" });
      const headers = { "content-type": "application/json" };
      const request = new Request(`${TEST_ORIGIN}/api/auth/${path}`, { method: "POST", headers, body });
      expect((await auth.handler(request)).status).toBe(404);
      expect(await db.prisma.user.count()).toBe(0);
    },
  );
});

describe("limits of sign-in", () => {
  it("stop guessing at one account from many addresses, and leave others alone", async () => {
    await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    await makeUser({ prisma: db.prisma, email: "bob@example.com", role: "lead" });
    const attempt = (index: number, password: string) =>
      postSignIn({ auth, email: "ada@example.com", password, address: `192.0.2.${index}` });
    for (let index = 1; index <= SIGN_INS_PER_ACCOUNT; index += 1)
      expect((await attempt(index, "no")).status).toBe(401);
    expect((await attempt(100, TEST_PASSWORD)).status).toBe(429);
    expect((await postSignIn({ auth, email: "bob@example.com", password: TEST_PASSWORD })).status).toBe(200);
  });

  it("begin anew after a good sign-in", async () => {
    await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    for (let round = 0; round < 2; round += 1) {
      for (let index = 1; index < SIGN_INS_PER_ACCOUNT; index += 1)
        expect((await postSignIn({ auth, email: "ada@example.com", password: "no" })).status).toBe(401);
      expect((await postSignIn({ auth, email: "ada@example.com", password: TEST_PASSWORD })).status).toBe(200);
    }
  });

  it("stop guessing at many accounts from one address", async () => {
    const attempt = (index: number, address: string) =>
      postSignIn({ auth, email: `user${index}@example.com`, password: "no", address });
    for (let index = 0; index < SIGN_INS_PER_ADDRESS; index += 1)
      expect((await attempt(index, "192.0.2.1")).status).toBe(401);
    expect((await attempt(1000, "192.0.2.1")).status).toBe(429);
    expect((await attempt(1001, "192.0.2.2")).status).toBe(401);
  });
});

describe("one-time passwords", () => {
  it("come with the first admin, once, and must be changed before anything is seen", async () => {
    const first = await ensureFirstAdmin({ prisma: db.prisma });
    expect(await ensureFirstAdmin({ prisma: db.prisma })).toBeNull();
    expect(first?.password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    const headers = await signIn({ auth, email: first?.email ?? "", password: first?.password ?? "" });
    expect(await auth.viewerFromHeaders(headers)).toBeNull();
    const visitor = await auth.visitorFromHeaders(headers);
    expect(visitor?.mustChangePassword).toBe(true);
    if (!visitor || !first) throw new Error("the first admin can sign in");
    const change = { prisma: db.prisma, sessions: auth.sessions, visitor, next: "a password of my own" };
    await expect(changePassword({ ...change, current: "guess" })).rejects.toMatchObject({ field: "current" });
    await changePassword({ ...change, current: first.password });
    expect((await auth.viewerFromHeaders(headers))?.role).toBe("admin");
    expect((await postSignIn({ auth, email: first.email, password: first.password })).status).toBe(401);
  });

  it("are made by one of two nodes that start together", async () => {
    const made = await Promise.all([1, 2, 3].map(() => ensureFirstAdmin({ prisma: db.prisma })));
    expect(made.filter((result) => result !== null)).toHaveLength(1);
    expect(await db.prisma.user.count()).toBe(1);
  });

  it("replace the password and end every session on a reset", async () => {
    const { userId } = await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    const headers = await signIn({ auth, email: "ada@example.com" });
    const password = await resetPassword({ prisma: db.prisma, sessions: auth.sessions, actor, userId });
    expect(await auth.visitorFromHeaders(headers)).toBeNull();
    expect((await postSignIn({ auth, email: "ada@example.com", password: TEST_PASSWORD })).status).toBe(401);
    const again = await signIn({ auth, email: "ada@example.com", password });
    expect((await auth.visitorFromHeaders(again))?.mustChangePassword).toBe(true);
  });

  it("end the other sessions of the one who changes a password, and keep this one", async () => {
    await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    const [here, elsewhere] = [
      await signIn({ auth, email: "ada@example.com" }),
      await signIn({ auth, email: "ada@example.com" }),
    ];
    const visitor = await auth.visitorFromHeaders(here);
    if (!visitor) throw new Error("signed in");
    const { sessions } = auth;
    await changePassword({ prisma: db.prisma, sessions, visitor, current: TEST_PASSWORD, next: "another password" });
    expect(await auth.viewerFromHeaders(here)).not.toBeNull();
    expect(await auth.viewerFromHeaders(elsewhere)).toBeNull();
  });
});

describe("changes of people", () => {
  const input = (over: { userId: UserId } & Partial<UpdateUserInput>): UpdateUserInput => ({
    name: "Ada",
    role: "lead",
    teamIds: [teamId],
    agentId: null,
    active: true,
    ...over,
  });

  it("take effect on open sessions at once, and tell the sockets", async () => {
    const { userId } = await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead", teamIds: [teamId] });
    const headers = await signIn({ auth, email: "ada@example.com" });
    const changed: UserId[] = [];
    const stop = auth.sessions.onChanged((id) => changed.push(id));
    const change = { prisma: db.prisma, sessions: auth.sessions, actor };
    await updateUser({ ...change, input: input({ userId, role: "supervisor", teamIds: [] }) });
    expect(await auth.viewerFromHeaders(headers)).toMatchObject({ role: "supervisor", teamIds: [] });
    await updateUser({ ...change, input: input({ userId, active: false }) });
    expect(await auth.viewerFromHeaders(headers)).toBeNull();
    expect((await postSignIn({ auth, email: "ada@example.com", password: TEST_PASSWORD })).status).toBe(403);
    stop();
    expect(changed).toEqual([userId, userId]);
  });

  it("end sessions when they are revoked, with an audit row", async () => {
    const { userId } = await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    const headers = await signIn({ auth, email: "ada@example.com" });
    expect(await revokeSessions({ prisma: db.prisma, sessions: auth.sessions, actor, userId })).toBe(1);
    expect(await auth.viewerFromHeaders(headers)).toBeNull();
    expect(await db.prisma.auditEntry.count({ where: { action: "auth.revoke-sessions", subject: userId } })).toBe(1);
  });

  it("never leave the house without an admin, even when two admins demote each other", async () => {
    const one = await makeUser({ prisma: db.prisma, email: "one@example.com", role: "admin" });
    const two = await makeUser({ prisma: db.prisma, email: "two@example.com", role: "admin" });
    const change = { prisma: db.prisma, sessions: auth.sessions, actor };
    const results = await Promise.allSettled(
      [one, two].map(({ userId }) => updateUser({ ...change, input: input({ userId, teamIds: [] }) })),
    );
    expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await db.prisma.user.count({ where: { role: "admin", active: true } })).toBe(1);
  });

  it("name the field where an email is taken, and leave nothing half-made", async () => {
    await makeUser({ prisma: db.prisma, email: "ada@example.com", role: "lead" });
    const again = { name: "Ada", email: "ada@example.com", role: "lead" as const, teamIds: [], agentId: null };
    await expect(createUser({ prisma: db.prisma, actor, input: again })).rejects.toMatchObject({
      code: "CONFLICT",
      field: "email",
    });
    expect(await db.prisma.account.count()).toBe(1);
  });
});

describe("users who are agents", () => {
  const addAgent = async (extension: string, active = true) => {
    const row = await db.prisma.agent.create({ data: { name: `Agent ${extension}`, extension, active } });
    return agentIdSchema.parse(row.id);
  };
  const newUser = (over: Partial<CreateUserInput>): CreateUserInput => ({
    ...{ name: "Maya", email: "maya@example.com", role: "agent", teamIds: [], agentId: null },
    ...over,
  });
  const change = () => ({ prisma: db.prisma, sessions: auth.sessions, actor });
  const update = (over: { userId: UserId } & Partial<UpdateUserInput>): UpdateUserInput => ({
    ...{ name: "Maya", role: "agent", teamIds: [], agentId: null, active: true },
    ...over,
  });

  it("know which agent they are, and have no teams whatever the form held", async () => {
    const agentId = await addAgent("1001");
    await makeUser({ prisma: db.prisma, email: "maya@example.com", role: "agent", agentId, teamIds: [teamId] });
    const headers = await signIn({ auth, email: "maya@example.com" });
    expect(await auth.viewerFromHeaders(headers)).toMatchObject({ role: "agent", agentId, teamIds: [] });
    const [row] = await db.prisma.auditEntry.findMany({ where: { action: "auth.create-user" } });
    expect(row?.detail).toEqual({ role: "agent", teamIds: [], agentId });
  });

  it("must be one agent each, one at work", async () => {
    const [taken, off] = [await addAgent("1001"), await addAgent("1002", false)];
    await createUser({ prisma: db.prisma, actor, input: newUser({ agentId: taken }) });
    const other = { email: "other@example.com" };
    const attempts: [Partial<CreateUserInput>, object][] = [
      [
        { ...other, agentId: taken },
        { code: "CONFLICT", field: "agentId" },
      ],
      [
        { ...other, agentId: off },
        { code: "INVALID", field: "agentId" },
      ],
      [
        { ...other, agentId: agentIdSchema.parse("gone") },
        { code: "INVALID", field: "agentId" },
      ],
      [{ agentId: null }, { code: "CONFLICT", field: "email" }],
      [
        { ...other, role: "lead", teamIds: [teamIdSchema.parse("gone")] },
        { code: "INVALID", field: "teamIds" },
      ],
    ];
    for (const [over, refusal] of attempts)
      await expect(createUser({ prisma: db.prisma, actor, input: newUser(over) })).rejects.toMatchObject(refusal);
    expect(await db.prisma.user.count()).toBe(1);
    const { userId } = await makeUser({ prisma: db.prisma, email: "b@example.com", role: "lead", teamIds: [teamId] });
    await expect(updateUser({ ...change(), input: update({ userId, agentId: taken }) })).rejects.toMatchObject({
      code: "CONFLICT",
      field: "agentId",
    });
    expect(await db.prisma.user.findUniqueOrThrow({ where: { id: userId } })).toMatchObject({
      role: "lead",
      agentId: null,
    });
  });

  it("cannot be asked for without an agent, unless they are deactivated", () => {
    expect(createUserSchema.safeParse(newUser({})).error?.issues[0]?.path).toEqual(["agentId"]);
    const deactivated = update({ userId: userIdSchema.parse("u1"), active: false });
    expect(updateUserSchema.safeParse({ ...deactivated, active: true }).success).toBe(false);
    expect(updateUserSchema.safeParse(deactivated).success).toBe(true);
  });

  it("lose the agent with the role, and the teams with the new one; open sockets are asked again", async () => {
    const agentId = await addAgent("1001");
    const { userId } = await makeUser({ prisma: db.prisma, email: "maya@example.com", role: "agent", agentId });
    const headers = await signIn({ auth, email: "maya@example.com" });
    const changed: UserId[] = [];
    const stop = auth.sessions.onChanged((id) => changed.push(id));
    await updateUser({ ...change(), input: update({ userId, role: "supervisor", teamIds: [teamId], agentId }) });
    expect(await auth.viewerFromHeaders(headers)).toMatchObject({
      role: "supervisor",
      agentId: null,
      teamIds: [teamId],
    });
    expect((await db.prisma.user.findUniqueOrThrow({ where: { id: userId } })).agentId).toBeNull();
    await updateUser({ ...change(), input: update({ userId, role: "agent", teamIds: [teamId], agentId }) });
    expect(await auth.viewerFromHeaders(headers)).toMatchObject({ role: "agent", agentId, teamIds: [] });
    stop();
    expect(changed).toEqual([userId, userId]);
  });

  it("have no desk while their agent is deactivated or gone, and can still be deactivated", async () => {
    const agentId = await addAgent("1001");
    const { userId } = await makeUser({ prisma: db.prisma, email: "maya@example.com", role: "agent", agentId });
    const headers = await signIn({ auth, email: "maya@example.com" });
    await db.prisma.agent.update({ where: { id: agentId }, data: { active: false } });
    expect(await auth.viewerFromHeaders(headers)).toMatchObject({ role: "agent", agentId: null });
    await updateUser({ ...change(), input: update({ userId, agentId, name: "Maya L." }) });
    await db.prisma.agent.delete({ where: { id: agentId } });
    expect(await auth.viewerFromHeaders(headers)).toMatchObject({ role: "agent", agentId: null });
    await updateUser({ ...change(), input: update({ userId, active: false }) });
    expect(await auth.viewerFromHeaders(headers)).toBeNull();
  });

  it("are listed with their agent", async () => {
    const agentId = await addAgent("1001");
    await makeUser({ prisma: db.prisma, email: "maya@example.com", role: "agent", agentId });
    expect(await listUsers({ prisma: db.prisma, now: new Date() })).toMatchObject([{ role: "agent", agentId }]);
  });
});
