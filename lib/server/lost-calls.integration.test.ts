import { afterAll, beforeAll, expect, it } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { endLostBut } from "./lost-calls";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const common = { simulated: false, callerNumber: "1", calleeNumber: "2", startedAt: new Date(Date.now() - 60_000) };
  await database.prisma.call.createMany({
    data: [
      { ...common, id: "asked", gateway: "main" },
      { ...common, id: "live", gateway: "main" },
      { ...common, id: "kept", gateway: "other" },
      { ...common, id: "over", gateway: "other", endedAt: new Date(), endReason: "agent-hung-up" },
      { ...common, id: "left", gateway: "other", monitoring: "left" },
    ],
  });
});
afterAll(() => database.close());

it("leaves open what a telephone system has not been asked about, until it was", async () => {
  const { prisma } = database;
  const deps = {
    ...{ prisma, live: () => [callIdSchema.parse("live")] },
    ...{ recordingsDir: "/nowhere", logger: silentLogger },
  };
  const before = Date.now() + 1000;
  const reasons = async () => {
    const calls = await prisma.call.findMany({ orderBy: { id: "asc" } });
    return calls.map(({ id, endReason }) => `${id} ${endReason}`);
  };
  const open = await endLostBut(deps, { before, away: ["other"] });
  expect(open).toEqual([{ callId: "kept", teamId: null, agentId: null }]);
  expect(await reasons()).toEqual(["asked gateway-lost", "kept null", "left null", "live null", "over agent-hung-up"]);
  expect(await endLostBut(deps, { before, away: [] })).toEqual([]);
  expect((await reasons())[1]).toBe("kept gateway-lost");
});
