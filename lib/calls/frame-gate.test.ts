import { describe, expect, it } from "vitest";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { SpeakFrame } from "@/lib/contract/headset";
import { FakeClock } from "@/lib/platform/clock";
import { FRAME_BURST } from "./constants";
import { FrameGate } from "./frame-gate";

const frameOf = (change: Partial<SpeakFrame> = {}): SpeakFrame => ({
  ...{ mode: "whisper", speakingId: 7, sequence: 0, samples: new Int16Array(FRAME_SAMPLES) },
  ...change,
});
const gateAt = (clock = new FakeClock()) => new FrameGate({ clock, speakingId: 7, mode: "whisper" });

describe("the frames of a microphone", () => {
  it.each([
    ["of another microphone", { speakingId: 6 }, "NOT_SPEAKING"],
    ["for another mode", { mode: "barge" as const }, "MODE_MISMATCH"],
    ["that are cut off", { samples: new Int16Array(FRAME_SAMPLES - 1) }, "BAD_FRAME"],
  ])("%s are refused, and those after them are taken", (_, change, fault) => {
    const gate = gateAt();
    expect(gate.check(frameOf(change))).toBe(fault);
    expect(gate.check(frameOf())).toBeNull();
  });

  it("come in order: no frame twice, none after a later one; gaps are losses", () => {
    const gate = gateAt();
    const faults = [0, 0, 5, 4, 6].map((sequence) => gate.check(frameOf({ sequence })));
    expect(faults).toEqual([null, "BAD_FRAME", null, "BAD_FRAME", null]);
  });

  it("at 50 a second are all taken, also after a stall; a flood is cut to 60 a second", async () => {
    const clock = new FakeClock();
    const gate = gateAt(clock);
    let sequence = 0;
    const offer = (count: number) =>
      Array.from({ length: count }, () => gate.check(frameOf({ sequence: sequence++ }))).filter((fault) => !fault)
        .length;
    for (let second = 0; second < 50; second++) {
      expect(offer(1)).toBe(1);
      await clock.advance(20);
    }
    await clock.advance(400);
    expect(offer(20)).toBe(20);
    await clock.advance(10_000);
    expect(offer(1_000)).toBe(FRAME_BURST);
    let taken = 0;
    for (let at = 0; at < 100; at++) {
      await clock.advance(10);
      taken += offer(10);
    }
    expect(taken).toBeLessThanOrEqual(60);
    expect(taken).toBeGreaterThanOrEqual(59);
  });
});
