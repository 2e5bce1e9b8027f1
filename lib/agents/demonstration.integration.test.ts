import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Auth, createAuth } from "@/lib/auth/service";
import { postSignIn, signIn } from "@/lib/auth/testing/people";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { removeDemonstrationUsers, seedDemonstration } from "./demonstration";

const directory = {
  agents: [
    { name: "Maya", extension: "1001", team: "Support EU" },
    { name: "Sofia", extension: "1005", team: "Sales & Retention" },
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
    ]);
    for (const { email, password, teams } of users) {
      const viewer = await auth.viewerFromHeaders(await signIn({ auth, email, password: password ?? "" }));
      expect(viewer?.teamIds).toHaveLength(teams.length);
    }
    expect(new Set(users.map((user) => user.password)).size).toBe(4);
  });

  it("changes nothing at the next start, and tells the same passwords again", async () => {
    const before = await seedDemonstration({ prisma: db.prisma, auth, directory });
    await db.prisma.agent.update({ where: { extension: "1001" }, data: { name: "Renamed" } });
    expect(await seedDemonstration({ prisma: db.prisma, auth, directory })).toEqual(before);
    expect((await db.prisma.agent.findUniqueOrThrow({ where: { extension: "1001" } })).name).toBe("Renamed");
    expect([await db.prisma.user.count(), await db.prisma.team.count(), await db.prisma.agent.count()]).toEqual([
      4, 2, 2,
    ]);
  });

  it("has other passwords in every installation, and tells none that no longer holds", async () => {
    const other = createAuth({ prisma: db.prisma, secret: "t".repeat(40), logger: silentLogger });
    const { users } = await seedDemonstration({ prisma: db.prisma, auth: other, directory });
    expect(users.map((user) => user.password)).toEqual([null, null, null, null]);
  });

  it("leaves no user behind when it is switched off", async () => {
    const { users } = await seedDemonstration({ prisma: db.prisma, auth, directory });
    const lead = users.find((user) => user.role === "lead");
    const headers = await signIn({ auth, email: lead?.email ?? "", password: lead?.password ?? "" });
    expect(await removeDemonstrationUsers({ prisma: db.prisma, auth })).toBe(4);
    expect(await auth.viewerFromHeaders(headers)).toBeNull();
    const again = await postSignIn({ auth, email: lead?.email ?? "", password: lead?.password ?? "" });
    expect(again.status).toBe(401);
  });
});
