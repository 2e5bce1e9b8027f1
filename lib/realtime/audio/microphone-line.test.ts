import { beforeEach, describe, expect, it } from "vitest";
import { FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { encodeSpeakFrame } from "@/lib/contract/headset";
import { SteppedClock } from "../testing/stepped-clock";
import { FRAMES_PER_SECOND_LIMIT, MicrophoneLine } from "./microphone-line";

const frame = encodeSpeakFrame({ mode: "whisper", speakingId: 1, sequence: 0, samples: new Int16Array(FRAME_SAMPLES) });

const nothing = async () => Promise.reject(new Error("not asked for"));

let clock: SteppedClock;
let passed: unknown[];
let told: unknown[];
let counted: string[];
let isSignedIn: boolean;
let line: MicrophoneLine;

beforeEach(() => {
  clock = new SteppedClock();
  [passed, told, counted, isSignedIn] = [[], [], [], true];
  line = new MicrophoneLine({
    seat: {
      socketId: "socket-1",
      isOpen: () => true,
      join: () => undefined,
      leave: () => undefined,
      isIn: () => false,
      openCalls: () => 0,
      tell: (_name, payload) => told.push(payload),
      end: () => told.push("ended"),
    },
    isSignedIn: () => isSignedIn,
    speaking: {
      start: nothing,
      stop: nothing,
      drop: () => undefined,
      frame(one) {
        passed.push(one);
        return null;
      },
    },
    clock,
    metrics: {
      ...{ listeners: () => undefined, packet: () => undefined, encoded: () => undefined },
      spokenFrame: (outcome) => counted.push(outcome),
    },
  });
});

describe("MicrophoneLine", () => {
  it("takes nothing of a session that has ended, counts it, and says so", () => {
    line.take(frame);
    isSignedIn = false;
    line.take(frame);
    expect(passed).toHaveLength(1);
    expect(counted).toEqual(["ok", "UNAUTHENTICATED"]);
    expect(told).toMatchObject([{ code: "UNAUTHENTICATED", frames: 1 }]);
  });

  it("lets an orderly voice go on when the clock is set back, and still ends a flood", async () => {
    const speak = async (frames: number) => {
      for (let n = 0; n < frames; n++) {
        line.take(frame);
        await clock.advance(FRAME_MS);
      }
    };
    await speak(25);
    clock.setBack(10_000);
    await speak(FRAMES_PER_SECOND_LIMIT + 50);
    expect(told).toEqual([]);
    for (let n = 0; n <= FRAMES_PER_SECOND_LIMIT; n++) line.take(frame);
    expect(told).toMatchObject([{ code: "RATE_LIMITED" }, "ended"]);
  });
});
