import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TeamId, teamIdSchema, type UserId } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { SIGN_INS_PER_ACCOUNT, SIGN_INS_PER_ADDRESS } from "./constants";
import { type Auth, createAuth } from "./service";
import { makeUser, postSignIn, signIn, TEST_ORIGIN, TEST_PASSWORD } from "./testing/people";

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
