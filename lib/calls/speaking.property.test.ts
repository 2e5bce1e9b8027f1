import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Party, SpeakingMode } from "@/lib/contract/call";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { isSamePerson } from "./floor";
import { CALL_ID, CallsRig } from "./testing/calls-rig";
import { speakingSequence, type Trouble } from "./testing/speaking-model";
import {
  countMarkers,
  type MarkerCount,
  type Run,
  SpeakingRunner,
  type SpeakingWorld,
} from "./testing/speaking-runner";

/** The leak test: whatever anybody does in whatever order, nothing is heard by whom it was not meant for. */

async function makeWorld(): Promise<{ world: SpeakingWorld; call: FakeCall; rig: CallsRig }> {
  const rig = new CallsRig();
  const call = await rig.inSpy();
  call.heard.caller.length = 0;
  call.playback = "manual";
  const causes: Record<Trouble["what"], (trouble: Trouble) => void> = {
    hold: (trouble) => trouble.what === "hold" && call.hold(trouble.party, trouble.isHeld),
    lose: () => call.loseContact(),
    refuse: () => call.failNext("setMode"),
    delay: () => call.holdBack("setMode"),
    answer: () => call.release(),
    regain: (trouble) => trouble.what === "regain" && call.regainContact({ mode: trouble.mode }),
    takeOver: (trouble) => trouble.what === "takeOver" && call.changeMode(trouble.mode),
    confirmAnother: (trouble) => trouble.what === "confirmAnother" && call.confirmInstead(trouble.mode),
    hangUp: () => call.callerHangsUp(),
  };
  const wait = async (ms: number) => {
    for (let leftMs = ms; ; leftMs -= 20) {
      await rig.clock.advance(Math.min(20, Math.max(0, leftMs)));
      call.advancePlayback(20);
      if (leftMs <= 20) return;
      // Long waits are for timers; a clip is over long before.
      if (leftMs > 2_000) {
        await rig.clock.advance(leftMs - 2_000);
        leftMs = 2_000;
      }
    }
  };
  const world: SpeakingWorld = {
    ...{ service: rig.service, callId: CALL_ID, events: rig.events, wait },
    cause: (trouble) => {
      if (call.state !== "DISCONNECTED") causes[trouble.what](trouble);
    },
    heard: () => ({ caller: countOf(call, "caller"), agent: countOf(call, "agent") }),
    calm: async () => {
      if (call.state !== "DISCONNECTED") {
        call.regainContact();
        call.hold("agent", false);
      }
      // A command that was held back may be followed by another one.
      for (let at = 0; at < 12; at++) {
        call.release();
        call.advancePlayback(1_000);
        await rig.clock.advance(6_000);
      }
    },
  };
  return { world, call, rig };
}

function countOf(call: FakeCall, party: Party): MarkerCount {
  const total: MarkerCount = { whisper: 0, barge: 0, clip: 0 };
  for (const { samples } of call.heard[party]) {
    const count = countMarkers(samples);
    for (const marker of ["whisper", "barge", "clip"] as const) total[marker] += count[marker];
  }
  return total;
}

function expectNothingLeaked(run: Run): void {
  expect(run.heard.caller.whisper).toBe(0);
  expect(run.heard.caller.clip).toBe(0);
  expect(run.heard.caller.barge).toBe(run.heard.agent.barge);
}

/** @returns ms spoken by mode, as the record has it, having checked that starts and ends alternate and belong together. */
function checkRecord(run: Run): Record<SpeakingMode, number> {
  const spokenMs = { whisper: 0, barge: 0 };
  const ids = new Set<string>();
  let open: { speakingId: string; mode: SpeakingMode } | null = null;
  let floor: Parameters<typeof isSamePerson>[0] = null;
  for (const event of run.events) {
    if (event.type === "floor.changed") floor = event.holder;
    if (event.type === "speaking.started") {
      expect(open).toBeNull();
      expect(ids.has(event.speakingId)).toBe(false);
      expect(isSamePerson(floor, event.by)).toBe(true);
      ids.add(event.speakingId);
      open = event;
    }
    if (event.type === "speaking.ended") {
      expect(open).toMatchObject({ speakingId: event.speakingId, mode: event.mode });
      spokenMs[event.mode] += event.spokenMs;
      open = null;
    }
    if (event.type === "call.ended") expect(open).toBeNull();
  }
  expect(open).toBeNull();
  expect(floor).toBeNull();
  return spokenMs;
}

describe("supervisors speak", () => {
  it("and nobody hears what was not meant for them, in 500 random sequences", async () => {
    const seen = { whisper: 0, barge: 0, clip: 0, ended: new Map<string, number>(), refused: new Set<string>() };
    await fc.assert(
      fc.asyncProperty(speakingSequence, async (steps) => {
        const { world, call, rig } = await makeWorld();
        const run = await new SpeakingRunner(world).run(steps);
        expectNothingLeaked(run);
        // Each stretch in its own mode, not only in sum.
        for (const party of ["caller", "agent"] as const)
          for (const { samples, mode } of call.heard[party]) {
            const count = countMarkers(samples);
            expect(count.whisper + count.barge + count.clip).toBe(samples.length);
            expect(mode).toBe(count.barge > 0 ? "barge" : "whisper");
          }
        const spokenMs = checkRecord(run);
        for (const mode of ["whisper", "barge"] as const) {
          expect(spokenMs[mode]).toBe((run.heard.agent[mode] * 1000) / SAMPLE_RATE);
          expect(run.taken[mode] * 20).toBe(spokenMs[mode]);
        }
        for (const [speakingId, { closed }] of run.opened) expect([speakingId, closed]).toEqual([speakingId, 1]);
        expect(run.strangeEnds).toBe(0);
        const now = rig.service.get(CALL_ID);
        if (now) {
          expect(now.speaker).toBeNull();
          // Where it ends up is spy, or a mode that a person wanted for good, or one that somebody else put it in.
          const wanted = rig.of("mode.confirmed").filter(({ by }) => by.kind !== "system");
          expect(["spy", ...wanted.map(({ mode }) => mode)]).toContain(now.mode);
        }
        for (const marker of ["whisper", "barge", "clip"] as const) seen[marker] += run.heard.agent[marker];
        for (const { reason } of rig.of("speaking.ended")) seen.ended.set(reason, (seen.ended.get(reason) ?? 0) + 1);
        for (const fault of run.refused.keys()) seen.refused.add(fault);
        rig.service.stop();
      }),
      { numRuns: 500 },
    );
    // A run in which nothing was said would prove nothing.
    expect(Math.min(seen.whisper, seen.barge, seen.clip)).toBeGreaterThan(SAMPLE_RATE);
    const ends = ["released", "handed-over", "mode-changed", "disconnected", "rights-changed", "gateway", "call-ended"];
    expect([...seen.ended.keys()]).toEqual(expect.arrayContaining([...ends, "silent-line"]));
    expect([...seen.refused]).toEqual(expect.arrayContaining(["NOT_SPEAKING", "MODE_MISMATCH", "RATE_LIMITED"]));
  }, 120_000);
});
