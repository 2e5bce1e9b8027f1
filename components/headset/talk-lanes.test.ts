import { describe, expect, it } from "vitest";
import { TalkLanes } from "./talk-lanes";

const QUIET = -60;
const LOUD = -20;

/** Levels every 20 ms from `fromMs` to `toMs`. */
function speak(lanes: TalkLanes, part: { fromMs: number; toMs: number; caller?: boolean; agent?: boolean }) {
  for (let atMs = part.fromMs; atMs < part.toMs; atMs += 20)
    lanes.add({ atMs, caller: part.caller ? LOUD : QUIET, agent: part.agent ? LOUD : QUIET });
}

describe("talk lanes", () => {
  it("tell who spoke when, the oldest first", () => {
    const lanes = new TalkLanes({ windowMs: 4000, stepMs: 1000 });
    speak(lanes, { fromMs: 0, toMs: 1000, caller: true });
    speak(lanes, { fromMs: 1000, toMs: 2000 });
    speak(lanes, { fromMs: 2000, toMs: 3000, agent: true });
    speak(lanes, { fromMs: 3000, toMs: 4000 });
    const cells = lanes.cells(3999);
    expect(cells.map(({ caller }) => caller)).toEqual([true, true, false, false]);
    expect(cells.map(({ agent }) => agent)).toEqual([false, false, true, true]);
  });

  it("count stretches in which both speak, and how long they lasted", () => {
    const lanes = new TalkLanes({ windowMs: 20_000, stepMs: 100 });
    speak(lanes, { fromMs: 0, toMs: 2000, caller: true });
    speak(lanes, { fromMs: 2000, toMs: 3000, caller: true, agent: true });
    speak(lanes, { fromMs: 3000, toMs: 5000 });
    speak(lanes, { fromMs: 5000, toMs: 5500, caller: true, agent: true });
    const summary = lanes.summary(5499);
    expect(summary.overlaps).toBe(2);
    expect(summary.overlapMs).toBeGreaterThanOrEqual(1500);
    expect(summary.overlapMs).toBeLessThanOrEqual(1800);
  });

  it("do not cut a turn at the gaps between syllables", () => {
    const lanes = new TalkLanes({ windowMs: 1000, stepMs: 100 });
    for (let atMs = 0; atMs < 1000; atMs += 20)
      lanes.add({ atMs, caller: atMs % 200 < 60 ? LOUD : QUIET, agent: QUIET });
    expect(lanes.cells(999).every(({ caller }) => caller)).toBe(true);
  });

  it("call a stretch that was not measured unknown, not silence, and forget what is older than the window", () => {
    const lanes = new TalkLanes({ windowMs: 1000, stepMs: 100 });
    speak(lanes, { fromMs: 0, toMs: 500, caller: true });
    speak(lanes, { fromMs: 800, toMs: 1000 });
    const cells = lanes.cells(999);
    expect(cells.map(({ known }) => known)).toEqual([true, true, true, true, true, false, false, false, true, true]);
    expect(lanes.cells(60_000).some(({ known }) => known)).toBe(false);
  });
});
