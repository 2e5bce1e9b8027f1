import { describe, expect, it } from "vitest";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { encodeSpeakFrame } from "@/lib/contract/headset";
import { FakeClock } from "@/lib/platform/clock";
import { MicrophoneLine } from "./microphone-line";

const frame = encodeSpeakFrame({ mode: "whisper", speakingId: 1, sequence: 0, samples: new Int16Array(FRAME_SAMPLES) });

describe("MicrophoneLine", () => {
  it("takes nothing of a session that has ended, counts it, and says so", async () => {
    const passed: unknown[] = [];
    const told: unknown[] = [];
    const counted: string[] = [];
    const nothing = async () => Promise.reject(new Error("not asked for"));
    let isSignedIn = true;
    const line = new MicrophoneLine({
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
      clock: new FakeClock(),
      metrics: { spokenFrame: (outcome: string) => counted.push(outcome) } as never,
    });
    line.take(frame);
    isSignedIn = false;
    line.take(frame);
    expect(passed).toHaveLength(1);
    expect(counted).toEqual(["ok", "UNAUTHENTICATED"]);
    expect(told).toMatchObject([{ code: "UNAUTHENTICATED", frames: 1 }]);
  });
});
