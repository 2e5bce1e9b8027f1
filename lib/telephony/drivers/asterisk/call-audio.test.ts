import { describe, expect, it } from "vitest";
import { bytesFromSamples } from "@/lib/audio/frame";
import { type AudioFrame, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import { FakeClock } from "@/lib/platform/clock";
import { CallAudio } from "./call-audio";

const VOICE = bytesFromSamples(new Int16Array(FRAME_SAMPLES).fill(700));

function listening() {
  const clock = new FakeClock();
  const frames: AudioFrame[] = [];
  const quiet: Party[] = [];
  const audio = new CallAudio({ clock, heard: (frame) => frames.push(frame), quiet: (party) => quiet.push(party) });
  const of = (party: Party) => frames.filter((frame) => frame.party === party);
  const isVoice = (frame: AudioFrame) => frame.samples[0] === 700;
  return { clock, audio, of, isVoice, quiet };
}

describe("CallAudio", () => {
  it("passes frames on at once, in sequence, in buffers of their own", () => {
    const { audio, of } = listening();
    audio.push("caller", VOICE);
    audio.push("caller", VOICE);
    expect(of("caller").map(({ sequence, atMs }) => [sequence, atMs])).toEqual([
      [0, 0],
      [1, 20],
    ]);
    expect(of("caller")[0]?.samples.buffer).not.toBe(of("caller")[1]?.samples.buffer);
  });

  it("starts a party that comes later where the other one is", async () => {
    const { clock, audio, of, isVoice } = listening();
    audio.push("caller", VOICE);
    await clock.advance(100);
    audio.push("agent", VOICE);
    expect(of("agent").find(isVoice)?.atMs).toBe(100);
  });

  it("fills the hole of a phone that sends nothing, and goes on at the right time", async () => {
    const { clock, audio, of, isVoice } = listening();
    audio.push("caller", VOICE);
    await clock.advance(3_000);
    expect(of("caller").length).toBeGreaterThan(130);
    audio.push("caller", VOICE);
    const voices = of("caller").filter(isVoice);
    expect(voices).toHaveLength(2);
    expect(voices[1]?.atMs).toBeGreaterThan(2_700);
    expect(of("caller").map(({ sequence }) => sequence)).toEqual(of("caller").map((_, at) => at));
  });

  it("invents nothing where frames come late in a burst, as after a stall of our own", async () => {
    const { clock, audio, of, isVoice } = listening();
    audio.push("caller", VOICE);
    await clock.advance(180);
    for (let frame = 0; frame < 9; frame++) audio.push("caller", VOICE);
    await clock.advance(100);
    expect(of("caller").every(isVoice)).toBe(true);
  });

  it("says once that a party is digitally silent, and again after it was not", async () => {
    const { clock, audio, quiet } = listening();
    audio.push("agent", VOICE);
    for (let second = 0; second < 20; second++) {
      audio.push("agent", new Uint8Array(VOICE.length));
      await clock.advance(1_000);
    }
    expect(quiet.sort()).toEqual(["agent", "caller"]);
    audio.push("agent", VOICE);
    await clock.advance(20_000);
    expect(quiet.filter((party) => party === "agent")).toHaveLength(2);
  });

  it("drops what would run ahead of the clock", () => {
    const { audio, of } = listening();
    for (let frame = 0; frame < 100; frame++) audio.push("caller", VOICE);
    expect(of("caller").length).toBeLessThan(25);
  });

  it("catches up in a pause with what Asterisk lost in stalls too short to be holes", async () => {
    const { clock, audio, of, isVoice } = listening();
    const say = async (bytes: Uint8Array, frames: number) => {
      for (let frame = 0; frame < frames; frame++) {
        audio.push("caller", bytes);
        await clock.advance(20);
      }
    };
    for (let round = 0; round < 5; round++) {
      await say(VOICE, 10);
      await clock.advance(60);
    }
    await say(VOICE, 60);
    await say(new Uint8Array(VOICE.length), 1);
    const at = of("caller").length;
    await say(VOICE, 1);
    expect(of("caller").filter(isVoice)).toHaveLength(111);
    expect(of("caller")[at]?.atMs).toBeGreaterThan(2_500);
  });

  it("goes back to the clock in a pause where late frames came after their place was filled", async () => {
    const { clock, audio, of, isVoice } = listening();
    const silence = new Uint8Array(VOICE.length);
    audio.push("caller", VOICE);
    await clock.advance(600);
    for (let frame = 0; frame < 30; frame++) audio.push("caller", VOICE);
    for (let frame = 0; frame < 100; frame++) {
      await clock.advance(20);
      audio.push("caller", VOICE);
    }
    const ahead = (of("caller").at(-1)?.atMs ?? 0) - 2_600;
    expect(ahead).toBeGreaterThan(100);
    for (let frame = 0; frame < 60; frame++) {
      await clock.advance(20);
      audio.push("caller", silence);
    }
    expect((of("caller").at(-1)?.atMs ?? 0) - 3_800).toBeLessThan(60);
    expect(of("caller").filter(isVoice).length).toBeGreaterThan(110);
  });

  it("refuses bytes that are no samples, and is silent after stop", async () => {
    const { clock, audio, of } = listening();
    expect(audio.push("caller", new Uint8Array(3))).toBe(false);
    audio.push("caller", VOICE);
    audio.stop();
    await clock.advance(1_000);
    expect(of("caller")).toHaveLength(1);
  });
});
