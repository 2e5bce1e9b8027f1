import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Auth, createAuth } from "@/lib/auth/service";
import { makeUser, postSignIn, signIn } from "@/lib/auth/testing/people";
import { agentIdSchema } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { removeDemonstrationUsers, seedDemonstration } from "./demonstration";

const directory = {
  agents: [
    { name: "Maya", extension: "1001", team: "Support EU" },
    { name: "Tomas Novak", extension: "1002", team: "Support EU" },
    { name: "Sofia Marino", extension: "1005", team: "Sales & Retention" },
  ],
};
let db: TestDatabase;
let auth: Auth;

beforeAll(async () => {
  db = await createTestDatabase();
  auth = createAuth({ prisma: db.prisma, secret: "s".repeat(40), logger: silentLogger });
});
afterAll(() => db.close());

describe("the demonstration", () => {
  it("has people who can sign in at once, each with their own teams", async () => {
    const { users } = await seedDemonstration({ prisma: db.prisma, auth, directory });
    expect(users.map(({ email, role, teams }) => [email, role, teams])).toEqual([
      ["supervisor.eu@demo.earshot", "supervisor", ["Support EU"]],
      ["supervisor.sales@demo.earshot", "supervisor", ["Sales & Retention"]],
      ["lead@demo.earshot", "lead", ["Support EU", "Sales & Retention"]],
      ["admin@demo.earshot", "admin", ["Support EU", "Sales & Retention"]],
      ["agent.maya@demo.earshot", "agent", ["Support EU"]],
      ["agent.sofia@demo.earshot", "agent", ["Sales & Retention"]],
    ]);
    expect(users.map(({ name, extension }) => [name, extension]).slice(-2)).toEqual([
      ["Maya", "1001"],
      ["Sofia Marino", "1005"],
    ]);
    for (const { email, password, teams, role, extension } of users) {
      const viewer = await auth.viewerFromHeaders(await signIn({ auth, email, password: password ?? "" }));
      expect(viewer?.teamIds).toHaveLength(role === "agent" ? 0 : teams.length);
      const agent = extension === null ? null : await db.prisma.agent.findUniqueOrThrow({ where: { extension } });
      expect(viewer?.agentId).toBe(agent?.id ?? null);
    }
    expect(new Set(users.map((user) => user.password)).size).toBe(6);
  });

  it("changes nothing at the next start, and tells the same passwords again", async () => {
    const before = await seedDemonstration({ prisma: db.prisma, auth, directory });
    await db.prisma.agent.update({ where: { extension: "1001" }, data: { name: "Renamed" } });
    expect(await seedDemonstration({ prisma: db.prisma, auth, directory })).toEqual(before);
    expect((await db.prisma.agent.findUniqueOrThrow({ where: { extension: "1001" } })).name).toBe("Renamed");
    expect([await db.prisma.user.count(), await db.prisma.team.count(), await db.prisma.agent.count()]).toEqual([
      6, 2, 3,
    ]);
  });

  it("has other passwords in every installation, and tells none that no longer holds", async () => {
    const other = createAuth({ prisma: db.prisma, secret: "t".repeat(40), logger: silentLogger });
    const { users } = await seedDemonstration({ prisma: db.prisma, auth: other, directory });
    expect(users.map((user) => user.password)).toEqual(Array(6).fill(null));
  });

  it("leaves no user behind when it is switched off", async () => {
    const { users } = await seedDemonstration({ prisma: db.prisma, auth, directory });
    const lead = users.find((user) => user.role === "lead");
    const headers = await signIn({ auth, email: lead?.email ?? "", password: lead?.password ?? "" });
    expect(await removeDemonstrationUsers({ prisma: db.prisma, auth })).toBe(6);
    expect(await auth.viewerFromHeaders(headers)).toBeNull();
    const again = await postSignIn({ auth, email: lead?.email ?? "", password: lead?.password ?? "" });
    expect(again.status).toBe(401);
  });

  it("gives nobody the desk of an agent that an admin has given away or taken off, and starts all the same", async () => {
    const [maya, sofia] = await Promise.all(
      ["1001", "1005"].map((extension) => db.prisma.agent.findUniqueOrThrow({ where: { extension } })),
    );
    await makeUser({
      ...{ prisma: db.prisma, email: "maya@example.com", role: "agent" },
      agentId: agentIdSchema.parse(maya?.id),
    });
    await db.prisma.agent.update({ where: { id: sofia?.id ?? "" }, data: { active: false } });
    const { users } = await seedDemonstration({ prisma: db.prisma, auth, directory });
    expect(users.map((user) => user.role)).toEqual(["supervisor", "supervisor", "lead", "admin"]);
  });
});
