import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { agentIdSchema, type TeamId, teamIdSchema, type UserId, userIdSchema } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { listUsers } from "./data";
import { changePassword, createUser, ensureFirstAdmin, resetPassword, revokeSessions, updateUser } from "./mutations";
import { type CreateUserInput, createUserSchema, type UpdateUserInput, updateUserSchema } from "./schema";
import { type Auth, createAuth } from "./service";
import { makeUser, postSignIn, signIn, TEST_PASSWORD } from "./testing/people";

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
