import { describe, expect, test } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { CallEnd, CallSpec, PlacedCall } from "./call-spec";
import { silentParty } from "./parties/party";
import { seededRandom, shuffle } from "./random";
import { RecordingPool } from "./recordings";
import { loadScenarios } from "./scenario";
import { type CallPool, Scheduler } from "./scheduler";
import { ScenarioPool } from "./scripted-calls";

const CALL_MS = 60_000;
const agents = ["1001", "1002", "1003"].map((extension) => ({ name: `Agent ${extension}`, extension, team: "A" }));

/** Calls last a minute; what is placed, and when, is kept. */
function setUp(options: {
  calls: number;
  pool: CallPool;
  clients?: () => boolean;
  seed?: number;
  staffed?: Set<string>;
}) {
  const clock = new FakeClock();
  const start = clock.now();
  const log: { at: number; extension: string; what: "begin" | "end" }[] = [];
  const place = (spec: CallSpec): PlacedCall => {
    const extension = spec.calleeNumber;
    const note = (what: "begin" | "end") => log.push({ at: clock.now() - start, extension, what });
    note("begin");
    const ended = new Promise<CallEnd>((resolve) => {
      clock.after(CALL_MS, () => {
        note("end");
        resolve({ reason: "caller-hung-up", frames: 1 });
      });
    });
    return { ended } as PlacedCall;
  };
  const scheduler = new Scheduler(
    { calls: options.calls },
    {
      pool: options.pool,
      place,
      hasClients: options.clients ?? (() => true),
      isStaffed: (extension) => options.staffed?.has(extension) ?? false,
      random: seededRandom(options.seed ?? 1),
      clock,
      logger: silentLogger,
    },
  );
  return { clock, log, scheduler, running: scheduler.run() };
}

/** One endless call for each agent. */
const endless: CallPool = {
  next: ({ isFree }) => {
    const agent = agents.find(({ extension }) => isFree(extension));
    return agent ? { extension: agent.extension, prepare: async () => specOf(agent.extension) } : "wait";
  },
};
const specOf = (calleeNumber: string): CallSpec => ({
  caller: silentParty,
  callee: silentParty,
  callerNumber: "1",
  calleeNumber,
});

describe("Scheduler", () => {
  test("keeps so many calls going, begins them one after another, and pauses between two", async () => {
    const { clock, log, scheduler, running } = setUp({ calls: 2, pool: endless });
    await clock.advance(10 * CALL_MS);
    const begins = log.filter(({ what }) => what === "begin");
    expect(begins.length).toBeGreaterThan(14);
    expect((begins[1]?.at ?? 0) - (begins[0]?.at ?? 0)).toBeGreaterThanOrEqual(3000);
    let going = 0;
    let most = 0;
    for (const { what } of log) {
      going += what === "begin" ? 1 : -1;
      most = Math.max(most, going);
    }
    expect(most).toBe(2);
    scheduler.stop();
    await clock.advance(2 * CALL_MS);
    await running;
  });

  test("places nothing at an extension whose calls a person takes, from the moment they come on duty", async () => {
    const staffed = new Set(["1001"]);
    const { clock, log, scheduler, running } = setUp({ calls: 3, pool: endless, staffed });
    await clock.advance(3 * CALL_MS);
    expect(new Set(log.map(({ extension }) => extension))).toEqual(new Set(["1002", "1003"]));
    expect(scheduler.reserve("1001")).toBeNull();
    staffed.clear();
    await clock.advance(3 * CALL_MS);
    expect(log.some(({ extension }) => extension === "1001")).toBe(true);
    scheduler.stop();
    await clock.advance(2 * CALL_MS);
    await running;
  });

  test("never gives one agent two calls, however many are wanted", async () => {
    const { clock, log, scheduler } = setUp({ calls: 20, pool: endless });
    await clock.advance(20 * CALL_MS);
    const busy = new Set<string>();
    for (const { what, extension } of log) {
      expect(busy.has(extension)).toBe(what === "end");
      if (what === "begin") busy.add(extension);
      else busy.delete(extension);
    }
    expect(new Set(log.map(({ extension }) => extension)).size).toBe(3);
    scheduler.stop();
  });

  test("places nothing while nobody is there to take it", async () => {
    let present = false;
    const { clock, log, scheduler } = setUp({ calls: 1, pool: endless, clients: () => present });
    await clock.advance(CALL_MS);
    expect(log).toEqual([]);
    present = true;
    await clock.advance(CALL_MS);
    expect(log.length).toBeGreaterThan(0);
    scheduler.stop();
  });

  test("a call that cannot be prepared is tried again later, its agent is free", async () => {
    let attempts = 0;
    const pool: CallPool = {
      next: ({ isFree }) => {
        expect(isFree("1001")).toBe(true);
        attempts += 1;
        return { extension: "1001", prepare: () => Promise.reject(new Error("no voice")) };
      },
    };
    const { clock, log, scheduler } = setUp({ calls: 1, pool });
    await clock.advance(CALL_MS);
    expect(attempts).toBeGreaterThan(2);
    expect(log).toEqual([]);
    scheduler.stop();
  });

  test("ends when the recordings have been placed as often as asked", async () => {
    const recording = (name: string) => ({ name, callerPath: "", agentPath: "", about: {} });
    const recordings = new RecordingPool({ recordings: [recording("a"), recording("b")], agents, times: 2 });
    const pool: CallPool = {
      next: (about) => {
        const offer = recordings.next(about);
        return typeof offer === "string" ? offer : { ...offer, prepare: async () => specOf(offer.extension) };
      },
    };
    const { clock, log, running } = setUp({ calls: 2, pool });
    await clock.advance(10 * CALL_MS);
    await running;
    expect(log.filter(({ what }) => what === "begin")).toHaveLength(4);
  });
});

describe("the order of calls", () => {
  test("is the same for the same seed, and each scenario comes once before any comes again", async () => {
    const scenarios = await loadScenarios();
    const narrator = { voices: ["a", "b"], clipFor: () => Promise.reject(new Error("not spoken here")) };
    const orderOf = (seed: number) => {
      const pool = new ScenarioPool(
        { scenarios, agents: [] },
        { narrator, random: seededRandom(seed), logger: silentLogger },
      );
      return Array.from({ length: 16 }, () => {
        const offer = pool.next({ isFree: () => true });
        return typeof offer === "string" ? offer : offer.extension;
      });
    };
    expect(orderOf(7)).toEqual(orderOf(7));
    expect(orderOf(7)).not.toEqual(orderOf(8));
    expect(new Set(orderOf(7).slice(0, 8)).size).toBe(8);
  });

  test("shuffles without losing anything", () => {
    const items = [1, 2, 3, 4, 5, 6];
    expect(shuffle(items, { random: seededRandom(3) }).sort()).toEqual(items);
  });
});
