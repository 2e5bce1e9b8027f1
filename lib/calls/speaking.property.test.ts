import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import type { Clock } from "@/lib/platform/clock";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { FakeVoice } from "@/lib/telephony/testing/fake-voice";
import { CALL_ID, CallsRig } from "./testing/calls-rig";
import { expectNothingLeaked, expectSoundRecord, floorOf } from "./testing/speaking-checks";
import { speakingSequence, type Trouble } from "./testing/speaking-model";
import { countMarkers, type MarkerCount, SpeakingRunner, type SpeakingWorld } from "./testing/speaking-runner";

/** The leak test: whatever anybody does in whatever order, nothing is heard by whom it was not meant for. */

async function makeWorld(): Promise<{ world: SpeakingWorld; call: FakeCall; rig: CallsRig }> {
  const rig = new CallsRig();
  const call = await rig.inSpy();
  call.heard.caller.length = 0;
  call.playback = "manual";
  // Frames wait to be heard, so that there is audio in flight whenever something happens.
  call.voiceClock = rig.clock;
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

/** A telephone system that plays whatever it has, in whatever mode it is by then: then we alone hold the line. */
function makeLax({ call, clock }: { call: FakeCall; clock: Clock }): void {
  call.speak = (request) =>
    new FakeVoice({
      ...{ request, heard: call.heard, clock },
      ...{ mode: () => call.mode, doubt: () => null, onOver: () => {} },
    });
}

function countOf(call: FakeCall, party: Party): MarkerCount {
  const total: MarkerCount = { whisper: 0, barge: 0, clip: 0 };
  for (const { samples } of call.heard[party]) {
    const count = countMarkers(samples);
    for (const marker of ["whisper", "barge", "clip"] as const) total[marker] += count[marker];
  }
  return total;
}

describe("supervisors speak", () => {
  it("and the calls room alone keeps that, on a telephone system that checks no mode", async () => {
    await fc.assert(
      fc.asyncProperty(speakingSequence, async (steps) => {
        const { world, call, rig } = await makeWorld();
        makeLax({ call, clock: rig.clock });
        const run = await new SpeakingRunner(world).run(steps);
        expectNothingLeaked(run);
        expectSoundRecord(run);
        rig.service.stop();
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  it("and nobody hears what was not meant for them, in 500 random sequences", async () => {
    const seen = {
      whisper: 0,
      barge: 0,
      clip: 0,
      ended: new Map<string, number>(),
      refused: new Set<string>(),
      thrownAway: { whisper: 0, barge: 0 },
    };
    await fc.assert(
      fc.asyncProperty(speakingSequence, async (steps) => {
        const { world, call, rig } = await makeWorld();
        const run = await new SpeakingRunner(world).run(steps);
        expectNothingLeaked(run);
        expectSoundRecord(run);
        // Each stretch in its own mode, not only in sum.
        for (const party of ["caller", "agent"] as const)
          for (const { samples, mode } of call.heard[party]) {
            const count = countMarkers(samples);
            expect(count.whisper + count.barge + count.clip).toBe(samples.length);
            expect(mode).toBe(count.barge > 0 ? "barge" : "whisper");
          }
        expect(floorOf(run).holder).toBeNull();
        const now = rig.service.get(CALL_ID);
        if (now) {
          expect(now.speaker).toBeNull();
          // Where it ends up is spy, or a mode that a person wanted for good, or one that somebody else put it in.
          const wanted = rig.of("mode.confirmed").filter(({ by }) => by.kind !== "system");
          expect(["spy", ...wanted.map(({ mode }) => mode)]).toContain(now.mode);
        }
        for (const marker of ["whisper", "barge", "clip"] as const) seen[marker] += run.heard.agent[marker];
        for (const mode of ["whisper", "barge"] as const)
          seen.thrownAway[mode] += run.taken[mode] * FRAME_SAMPLES - run.heard.agent[mode];
        for (const { reason } of rig.of("speaking.ended")) seen.ended.set(reason, (seen.ended.get(reason) ?? 0) + 1);
        for (const fault of run.refused.keys()) seen.refused.add(fault);
        rig.service.stop();
      }),
      { numRuns: 500 },
    );
    // A run in which nothing was said, or nothing was on its way when something happened, would prove nothing.
    expect(Math.min(seen.whisper, seen.barge, seen.clip)).toBeGreaterThan(SAMPLE_RATE);
    expect(Math.min(seen.thrownAway.whisper, seen.thrownAway.barge)).toBeGreaterThan(SAMPLE_RATE);
    const ends = ["released", "handed-over", "mode-changed", "disconnected", "rights-changed", "gateway", "call-ended"];
    expect([...seen.ended.keys()]).toEqual(expect.arrayContaining([...ends, "silent-line"]));
    expect([...seen.refused]).toEqual(expect.arrayContaining(["NOT_SPEAKING", "MODE_MISMATCH", "RATE_LIMITED"]));
  }, 120_000);
});
