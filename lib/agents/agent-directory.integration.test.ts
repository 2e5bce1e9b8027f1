import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TeamId, teamIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import { type Database, openDatabase } from "@/lib/platform/database";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { AgentDirectory, provideAgentDirectory } from "./agent-directory";
import { createAgent, createTeam, updateAgent, updateTeam } from "./mutations";

const actor = { kind: "system" } as const;
const policy = {
  whisperPolicy: "approve",
  suggestionExpirySeconds: 15,
  maxSuggestionsPerMinute: 3,
  whisperTone: true,
  tellAgents: false,
} as const;
let db: TestDatabase;
let prisma: Database;
let clock: FakeClock;
let directory: AgentDirectory;
let teamId: TeamId;

beforeAll(async () => {
  db = await createTestDatabase();
  prisma = db.prisma;
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = new FakeClock();
  directory = new AgentDirectory({ prisma, clock });
  teamId = await createTeam({ prisma, actor, input: { name: "Support EU", ...policy } });
});
afterEach(async () => {
  await prisma.agent.deleteMany();
  await prisma.team.deleteMany();
  await prisma.auditEntry.deleteMany();
});

const maya = () => ({ name: "Maya", extension: "1001", teamId, active: true });

describe("AgentDirectory", () => {
  it("knows whose extension it is, however the telephone system writes it", async () => {
    const agentId = await createAgent({ prisma, actor, input: maya() });
    const found = { agentId, agentName: "Maya", teamId, teamName: "Support EU" };
    expect(await directory.byExtension("1001")).toEqual(found);
    expect(await directory.byExtension(" 10-01 ")).toEqual(found);
    expect(await directory.byExtension("9999")).toBeNull();
  });

  it("gives calls of a deactivated agent to nobody", async () => {
    const agentId = await createAgent({ prisma, actor, input: maya() });
    await updateAgent({ prisma, actor, input: { ...maya(), agentId, active: false } });
    expect(await directory.byExtension("1001")).toBeNull();
  });

  it("lets a person decide where there is no team, or no such team", async () => {
    const byDefault = {
      whisperPolicy: "approve",
      expiryMs: 20_000,
      maxPerMinute: 4,
      whisperTone: false,
      tellAgents: true,
    };
    expect(await directory.policyForTeam(null)).toEqual(byDefault);
    expect(await directory.policyForTeam(teamIdSchema.parse("gone"))).toEqual(byDefault);
    expect(await directory.policyForTeam(teamId)).toEqual({
      whisperPolicy: "approve",
      expiryMs: 15_000,
      maxPerMinute: 3,
      whisperTone: true,
      tellAgents: false,
    });
  });

  it("sees another node's change after two seconds, not before", async () => {
    await directory.policyForTeam(teamId);
    await prisma.team.update({ where: { id: teamId }, data: { whisperPolicy: "off" } });
    await clock.advance(1999);
    expect((await directory.policyForTeam(teamId)).whisperPolicy).toBe("approve");
    await clock.advance(1);
    expect((await directory.policyForTeam(teamId)).whisperPolicy).toBe("off");
  });

  it("sees a change made in this process at once", async () => {
    provideAgentDirectory(directory);
    await directory.policyForTeam(teamId);
    await updateTeam({ prisma, actor, input: { teamId, name: "Support EU", ...policy, whisperPolicy: "off" } });
    expect((await directory.policyForTeam(teamId)).whisperPolicy).toBe("off");
  });

  it("does not keep what was read before a change that came in between", async () => {
    const reading = directory.policyForTeam(teamId);
    directory.invalidate();
    await prisma.team.update({ where: { id: teamId }, data: { whisperPolicy: "off" } });
    await reading;
    expect((await directory.policyForTeam(teamId)).whisperPolicy).toBe("off");
  });

  it("still finds a call's agent while the database is away", async () => {
    await createAgent({ prisma, actor, input: maya() });
    const own = openDatabase({ url: db.url });
    const alone = new AgentDirectory({ prisma: own, clock });
    await alone.byExtension("1001");
    await own.$disconnect();
    const broken = new Proxy(own, {
      get: () => ({ findMany: () => Promise.reject(new Error("connection refused")) }),
    });
    const cut = new AgentDirectory({ prisma: broken, clock });
    await expect(cut.byExtension("1001")).rejects.toThrow("connection refused");
    Object.defineProperty(own, "agent", { value: { findMany: () => Promise.reject(new Error("connection refused")) } });
    await clock.advance(5000);
    expect((await alone.byExtension("1001"))?.agentName).toBe("Maya");
  });
});

describe("changes of agents and teams", () => {
  it("write what was and what is into the audit, in the same transaction", async () => {
    await updateTeam({ prisma, actor, input: { teamId, name: "EU", ...policy, whisperTone: false, tellAgents: true } });
    const [row] = await prisma.auditEntry.findMany({ where: { action: "agents.update-team" } });
    expect(row).toMatchObject({
      teamId,
      detail: {
        before: { name: "Support EU", ...policy },
        after: { name: "EU", ...policy, whisperTone: false, tellAgents: true },
      },
    });
    await createTeam({ prisma, actor, input: { name: "Sales", ...policy } });
    const clash = updateTeam({ prisma, actor, input: { teamId, name: "Sales", ...policy } });
    await expect(clash).rejects.toMatchObject({ code: "CONFLICT", field: "name" });
    expect(await prisma.auditEntry.count({ where: { action: "agents.update-team" } })).toBe(1);
    expect((await prisma.team.findUniqueOrThrow({ where: { id: teamId } })).name).toBe("EU");
  });

  it("name the field at fault", async () => {
    const agentId = await createAgent({ prisma, actor, input: maya() });
    await expect(createAgent({ prisma, actor, input: { ...maya(), name: "Other" } })).rejects.toMatchObject({
      code: "CONFLICT",
      field: "extension",
    });
    const nowhere = { ...maya(), agentId, teamId: teamIdSchema.parse("gone") };
    await expect(updateAgent({ prisma, actor, input: nowhere })).rejects.toMatchObject({
      code: "INVALID",
      field: "teamId",
    });
    await prisma.agent.deleteMany();
    await expect(updateAgent({ prisma, actor, input: { ...maya(), agentId } })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
