import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNothingLeaked, expectSoundRecord, floorOf } from "@/lib/calls/testing/speaking-checks";
import { PEOPLE, type Step, speakingSequence } from "@/lib/calls/testing/speaking-model";
import { type Run, SpeakingRunner } from "@/lib/calls/testing/speaking-runner";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { modeSchema, speakingModeSchema } from "@/lib/contract/call";
import { LIVE_CREDIT_MS } from "@/lib/switch/live-voice";
import { SwitchBench } from "./testing/switch-bench";
import { SwitchWorld } from "./testing/switch-world";

/**
 * The leak test on what is really there: calls service, driver, WebSockets, and the built-in switch that mixes in real time. The
 * record is exact where nothing was cut off: else the driver can only estimate how much of a voice was still heard.
 */

const SEQUENCES = 500;
/** Calls at once. */
const CALLS = 50;
/** What may be on its way when a voice is cut off, so that nobody knows whether it was heard: the switch's credit for one. */
const UNKNOWN_MS = LIVE_CREDIT_MS;
/** Half of what the calls room waits for the answer to a cut (CUT_LIMIT_MS): past it its own count stands. */
const STALL_MS = 250;

/** Somebody speaks, and in the middle of a word the mode is changed past the calls room: driver and switch alone can hold that. */
const strayed: fc.Arbitrary<Step[]> = fc
  .record({
    ...{ who: fc.nat({ max: PEOPLE - 1 }), mode: fc.constantFrom(...speakingModeSchema.options) },
    ...{ to: fc.constantFrom(...modeSchema.options), count: fc.integer({ min: 4, max: 20 }) },
  })
  .map(({ who, mode, to, count }) => [
    { kind: "start", who, tab: 0, mode },
    { kind: "wait", ms: 60 },
    { kind: "frames", who, tab: 0, count, isFor: null, isStale: false },
    { kind: "trouble", trouble: { what: "confirmAnother", mode: to } },
  ]);
const sequence = fc.tuple(strayed, speakingSequence).map((parts) => parts.flat());

const seen = {
  ...{ whisper: 0, barge: 0, clip: 0, callerBarge: 0, thrownAway: 0 },
  ...{ lost: 0, takenOver: 0, changed: 0, heldBack: 0, hungUp: 0 },
  ended: new Map<string, number>(),
  refused: new Set<string>(),
};
let bench: SwitchBench;

beforeAll(async () => {
  bench = await SwitchBench.start();
});

afterAll(() => bench.stop());

async function runOne({ steps, at }: { steps: readonly Step[]; at: number }): Promise<void> {
  const world = await SwitchWorld.make(bench, at);
  try {
    const run = await new SpeakingRunner(world).run(steps);
    check(run, world);
    remember(run, world);
  } finally {
    await world.stop();
  }
}

function check(run: Run, { ear, caused }: SwitchWorld): void {
  // Who has the call on hold hears nobody; frame by frame that is known exactly.
  run.heard.caller.barge += ear.missed.caller;
  run.heard.agent.barge += ear.missed.agent;
  expectNothingLeaked(run);
  expect(ear.strange).toBe(0);
  const stalls = ear.longestGapMs > STALL_MS ? 1 : 0;
  const disturbances = Object.values(caused).reduce((sum, times) => sum + times, stalls);
  expectSoundRecord(run, { toleranceMs: disturbances * UNKNOWN_MS });
  expect(floorOf(run).holder).toBeNull();
}

function remember(run: Run, { events, caused }: SwitchWorld): void {
  for (const marker of ["whisper", "barge", "clip"] as const) seen[marker] += run.heard.agent[marker];
  seen.callerBarge += run.heard.caller.barge;
  for (const mode of ["whisper", "barge"] as const)
    seen.thrownAway += run.taken[mode] * FRAME_SAMPLES - run.heard.agent[mode];
  for (const what of ["lost", "takenOver", "changed", "heldBack", "hungUp"] as const) seen[what] += caused[what];
  for (const event of events)
    if (event.type === "speaking.ended") seen.ended.set(event.reason, (seen.ended.get(event.reason) ?? 0) + 1);
  for (const fault of run.refused.keys()) seen.refused.add(fault);
}

describe("supervisors speak on the built-in switch", () => {
  it("and no sample of a whisper is in the customer's leg, in 500 random sequences", async () => {
    const seed = Date.now() % 2 ** 31;
    const sequences = fc.sample(sequence, { numRuns: SEQUENCES, seed });
    const faults: string[] = [];
    let next = 0;
    const work = async () => {
      while (next < SEQUENCES) {
        const at = next++;
        await runOne({ steps: sequences[at] ?? [], at }).catch((error: unknown) => {
          faults.push(`seed ${seed}, sequence ${at}: ${error}\n${JSON.stringify(sequences[at])}`);
        });
      }
    };
    await Promise.all(Array.from({ length: CALLS }, work));
    expect(faults).toEqual([]);
    // A run in which nothing was said, or nothing happened to what was said, would prove nothing.
    expect(Math.min(seen.whisper, seen.barge, seen.clip, seen.callerBarge)).toBeGreaterThan(5 * SAMPLE_RATE);
    expect(seen.thrownAway).toBeGreaterThan(2 * SAMPLE_RATE);
    expect(Math.min(seen.lost, seen.takenOver, seen.changed, seen.heldBack, seen.hungUp)).toBeGreaterThan(10);
    const ends = ["released", "handed-over", "mode-changed", "disconnected", "rights-changed", "gateway", "call-ended"];
    expect([...seen.ended.keys()]).toEqual(expect.arrayContaining(ends));
    expect([...seen.refused]).toEqual(expect.arrayContaining(["NOT_SPEAKING", "MODE_MISMATCH"]));
  }, 120_000);
});
