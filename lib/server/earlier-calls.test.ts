import { describe, expect, it } from "vitest";
import type { Viewer } from "@/lib/auth/types";
import { agentIdSchema, callIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { FakeGateway } from "@/lib/telephony/testing/fake-gateway";
import { EarlierCalls, FOUND_AGAIN_MS, type OpenCall, TRY_AGAIN_MS } from "./earlier-calls";

const eu = teamIdSchema.parse("eu");
const ada: Viewer = {
  ...{ userId: userIdSchema.parse("ada"), name: "Ada", email: "ada@example.com", role: "supervisor" },
  ...{ teamIds: [eu], agentId: null },
};
const ben: Viewer = { ...ada, role: "agent", teamIds: [], agentId: agentIdSchema.parse("ben") };

/** A promise that the test settles. */
function gate() {
  let resolve = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve: () => resolve(), reject: (error: Error) => reject(error) };
}

/** One open call a gateway, of the same name. */
function setUp({ names = ["main"], wait }: { names?: string[]; wait?: () => Promise<unknown> } = {}) {
  const clock = new FakeClock();
  const gateways = names.map((name) => new FakeGateway({ name }));
  const passes: { before: number; away: readonly string[] }[] = [];
  const calls = new EarlierCalls({
    gateways,
    endLost: async (pass): Promise<OpenCall[]> => {
      passes.push(pass);
      await wait?.();
      return pass.away.map((name) => ({ callId: callIdSchema.parse(name), teamId: eu, agentId: ben.agentId }));
    },
    ...{ clock, logger: silentLogger },
  });
  const knows = (name: string, viewer = ada) => calls.knows({ callId: callIdSchema.parse(name), viewer });
  const up = (name: string) => gateways.find((gateway) => gateway.name === name)?.start();
  return { clock, gateways, passes, calls, knows, up };
}

describe("EarlierCalls", () => {
  it("calls them over only after the telephone systems had time to tell of them", async () => {
    const { clock, passes, calls, knows, up } = setUp();
    const before = clock.now();
    await up("main");
    await clock.advance(60_000);
    expect(knows("main")).toBe(false);
    calls.search();
    await clock.advance(FOUND_AGAIN_MS - 1);
    expect([knows("main"), passes]).toEqual([false, []]);
    await clock.advance(1);
    expect([knows("main"), passes]).toEqual([true, [{ before, away: [] }]]);
  });

  it("keeps the calls of a telephone system open that is away, for as long as it is, and nobody else's", async () => {
    const { clock, passes, calls, knows, up } = setUp({ names: ["main", "other"] });
    await up("main");
    calls.search();
    await clock.advance(30_000);
    expect([knows("main"), knows("unknown"), knows("other"), knows("other", ben)]).toEqual([true, true, false, false]);
    await up("other");
    await clock.advance(FOUND_AGAIN_MS - 1);
    expect(knows("other")).toBe(false);
    await clock.advance(1);
    expect(knows("other")).toBe(true);
    expect(calls.knows()).toBe(true);
    expect(passes.map(({ away }) => away)).toEqual([["other"], []]);
  });

  it("tells nobody of an open call who may not see it", async () => {
    const { clock, calls, knows } = setUp();
    calls.search();
    await clock.advance(FOUND_AGAIN_MS);
    expect(knows("main", { ...ada, teamIds: [teamIdSchema.parse("us")] })).toBe(true);
    expect(knows("main", { ...ben, agentId: agentIdSchema.parse("carl") })).toBe(true);
    expect(knows("main", { ...ada, role: "admin", teamIds: [] })).toBe(false);
  });

  it("begins again with a telephone system that was lost before it had told", async () => {
    const { clock, gateways, calls, knows, up } = setUp();
    await up("main");
    calls.search();
    await clock.advance(FOUND_AGAIN_MS - 1);
    gateways[0]?.loseContact();
    await clock.advance(1000);
    gateways[0]?.regainContact();
    await clock.advance(FOUND_AGAIN_MS - 1);
    expect(knows("main")).toBe(false);
    await clock.advance(1);
    expect(knows("main")).toBe(true);
    gateways[0]?.loseContact();
    await clock.advance(60_000);
    expect(knows("main")).toBe(true);
  });

  it("knows nothing before the record does, and tries again what failed", async () => {
    let answer = gate();
    const { clock, passes, calls, knows, up } = setUp({ wait: () => answer.promise });
    await up("main");
    calls.search();
    await clock.advance(FOUND_AGAIN_MS);
    expect([knows("main"), passes.length]).toEqual([false, 1]);
    answer.reject(new Error("the database is away"));
    await clock.advance(0);
    answer = gate();
    await clock.advance(TRY_AGAIN_MS);
    expect([knows("main"), passes.length]).toEqual([false, 2]);
    answer.resolve();
    await clock.advance(0);
    expect(knows("main")).toBe(true);
  });

  it("ends nothing after it was stopped", async () => {
    const { clock, gateways, passes, calls } = setUp();
    calls.search();
    calls.stop();
    gateways[0]?.regainContact();
    await clock.advance(2 * FOUND_AGAIN_MS);
    expect(passes).toEqual([]);
  });
});
