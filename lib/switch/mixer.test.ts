import { describe, expect, test } from "vitest";
import { type Conference, hearsUs, type MixFrame, mixFrame } from "./mixer";

const CALLER = 1000;
const AGENT = 200;
const OURS = 30;

function frameOf(values: { caller?: number; agent?: number; ours?: number | null } = {}): MixFrame {
  const { caller = CALLER, agent = AGENT, ours = OURS } = values;
  const array = (value: number) => new Int16Array(4).fill(value);
  return {
    callerSaid: array(caller),
    agentSaid: array(agent),
    comfort: null,
    ours: ours === null ? null : array(ours),
    // Old contents, which the mixer has to overwrite.
    callerHeard: array(-7),
    agentHeard: array(-7),
  };
}

const conferences: [Conference, callerHears: number, agentHears: number][] = [
  [{ phase: "answered" }, OURS, 0],
  [{ phase: "connected", mode: "spy" }, AGENT, CALLER],
  [{ phase: "connected", mode: "whisper" }, AGENT, CALLER + OURS],
  [{ phase: "connected", mode: "barge" }, AGENT + OURS, CALLER + OURS],
  [{ phase: "left" }, AGENT, CALLER],
];

describe("mixFrame", () => {
  test.each(conferences)("%o: caller hears %i, agent hears %i", (conference, callerHears, agentHears) => {
    const frame = frameOf();
    mixFrame(frame, conference);
    expect([...frame.callerHeard]).toEqual([callerHears, callerHears, callerHears, callerHears]);
    expect([...frame.agentHeard]).toEqual([agentHears, agentHears, agentHears, agentHears]);
    expect([...frame.callerSaid, ...frame.agentSaid]).toEqual([...frameOf().callerSaid, ...frameOf().agentSaid]);
  });

  test("without our voice everybody hears exactly the other one", () => {
    for (const mode of ["spy", "whisper", "barge"] as const) {
      const frame = frameOf({ ours: null });
      mixFrame(frame, { phase: "connected", mode });
      expect(frame.callerHeard).toEqual(frame.agentSaid);
      expect(frame.agentHeard).toEqual(frame.callerSaid);
    }
  });

  test.each([
    [30_000, 30_000, 32_767],
    [-30_000, -30_000, -32_768],
    [32_767, 1, 32_767],
    [-32_768, -1, -32_768],
    [32_767, -32_768, -1],
  ])("%i and %i sum to %i", (caller, ours, sum) => {
    const frame = frameOf({ caller, ours });
    mixFrame(frame, { phase: "connected", mode: "whisper" });
    expect([...frame.agentHeard]).toEqual([sum, sum, sum, sum]);
  });
});

test("hearsUs is the mode table, and nobody hears us after we left", () => {
  const table = conferences.map(([conference]) => [
    hearsUs(conference, { party: "caller" }),
    hearsUs(conference, { party: "agent" }),
  ]);
  expect(table).toEqual([
    [true, false],
    [false, false],
    [false, true],
    [true, true],
    [false, false],
  ]);
});
