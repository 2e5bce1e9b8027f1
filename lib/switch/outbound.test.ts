import { describe, expect, test } from "vitest";
import type { Mode } from "@/lib/contract/call";
import type { Conference } from "./mixer";
import { type ClipOutcome, OutboundAudio } from "./outbound";

const WHISPER: Conference = { phase: "connected", mode: "whisper" };
const SPY: Conference = { phase: "connected", mode: "spy" };
const ramp = (length: number, from = 1) => Int16Array.from({ length }, (_, at) => from + at);

function setUp(sampleRate = 16_000) {
  const sent: { type: string; playId: number; samples?: number; code?: string; playedSamples?: number }[] = [];
  const outcomes: ClipOutcome[] = [];
  const audio = new OutboundAudio(
    { sampleRate },
    { send: (message) => sent.push(message), onOutcome: (outcome) => outcomes.push(outcome) },
  );
  let sequence = 0;
  return {
    audio,
    sent,
    outcomes,
    play: (samples: number, options: { playId?: number; mode?: Mode | null; conference?: Conference | null } = {}) => {
      sequence = 0;
      const { playId = 1, mode = "whisper", conference = WHISPER } = options;
      return audio.play({ playId, mode, samples }, conference);
    },
    frame: (samples: Int16Array, options: { playId?: number; mode?: Mode | "none"; sequence?: number } = {}) =>
      audio.frame({
        track: "outbound",
        mode: options.mode ?? "whisper",
        playId: options.playId ?? 1,
        sequence: options.sequence ?? sequence++,
        position: 0,
        samples,
      }),
    take: (conference: Conference = WHISPER) => {
      const into = new Int16Array(320);
      return audio.take(into, conference) ? into : null;
    },
  };
}

describe("OutboundAudio", () => {
  test("a clip comes out sample by sample, padded at its end, and is drained only then", () => {
    const { sent, play, frame, take, audio, outcomes } = setUp();
    play(500);
    expect(sent).toEqual([{ type: "credit", playId: 1, samples: 500 }]);
    const clip = ramp(500);
    frame(clip.slice(0, 100));
    frame(clip.slice(100));
    audio.end({ playId: 1 });
    expect(take()).toEqual(clip.slice(0, 320));
    expect(sent).toHaveLength(1);
    expect([...(take() ?? [])]).toEqual([...clip.slice(320), ...new Int16Array(140)]);
    expect(sent[1]).toEqual({ type: "drained", playId: 1, playedSamples: 500 });
    expect(outcomes).toEqual([
      { playId: 1, mode: "whisper", announcedSamples: 500, receivedSamples: 500, playedSamples: 500, refusal: null },
    ]);
    expect(take()).toBeNull();
  });

  test("pulls about 0.8 s ahead and never more than was announced", () => {
    const { sent, play, frame, take, audio } = setUp();
    const total = 40_000;
    play(total);
    let granted = 0;
    let given = 0;
    let taken = 0;
    for (let round = 0; round < 200; round++) {
      granted = sent.reduce((sum, { type, samples }) => sum + (type === "credit" ? (samples ?? 0) : 0), 0);
      expect(granted - taken).toBeLessThanOrEqual(12_800);
      while (given < granted) {
        const part = Math.min(320, granted - given);
        expect(frame(ramp(part))).toBeNull();
        given += part;
      }
      if (given === total) audio.end({ playId: 1 });
      if (take()) taken += 320;
    }
    expect(granted).toBe(total);
    expect(taken).toBe(total);
    expect(sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: total });
  });

  test("waits for a whole frame instead of tearing a clip", () => {
    const { play, frame, take } = setUp();
    play(640);
    frame(ramp(200));
    expect(take()).toBeNull();
    frame(ramp(120, 201));
    expect(take()).toEqual(ramp(320));
  });

  test.each<[string, Mode | null, Conference | null, string]>([
    ["a mode where none is confirmed", "whisper", { phase: "answered" }, "MODE_NOT_CONFIRMED"],
    ["another mode", "whisper", { phase: "connected", mode: "barge" }, "MODE_MISMATCH"],
    ["the ANSWERED state in a conference", null, WHISPER, "MODE_MISMATCH"],
    ["spy, where nobody hears", "spy", SPY, "MODE_MISMATCH"],
    ["a call without audio", null, null, "WRONG_STATE"],
    ["a call we have left", "barge", { phase: "left" }, "WRONG_STATE"],
  ])("refuses a clip meant for %s", (_, mode, conference, code) => {
    const { sent, play, take } = setUp();
    play(320, { mode, conference });
    expect(sent).toEqual([{ type: "refused", playId: 1, code, samples: 0 }]);
    expect(take(conference ?? SPY)).toBeNull();
  });

  test("the mode counts at the moment of mixing: the rest is refused and counted, what follows too", () => {
    const { sent, play, frame, take, audio, outcomes } = setUp();
    play(1600);
    for (let at = 0; at < 3; at++) frame(ramp(320));
    expect(take()).not.toBeNull();
    expect(take({ phase: "connected", mode: "barge" })).toBeNull();
    expect(sent.at(-1)).toEqual({ type: "refused", playId: 1, code: "MODE_MISMATCH", samples: 640 });
    // Frames that were under way, and the mode coming back, change nothing.
    expect(frame(ramp(320))).toBeNull();
    expect(take()).toBeNull();
    expect(audio.end({ playId: 1 })).toBeNull();
    expect(sent.at(-1)).toEqual({ type: "refused", playId: 1, code: "MODE_MISMATCH", samples: 960 });
    expect(outcomes).toMatchObject([{ playedSamples: 320, refusal: "MODE_MISMATCH" }]);
  });

  test.each<[string, Parameters<ReturnType<typeof setUp>["frame"]>, string]>([
    ["another mode byte than its clip", [ramp(320), { mode: "barge" }], "MODE_MISMATCH"],
    ["more than was granted", [ramp(1601)], "CREDIT_EXCEEDED"],
    ["a gap in the sequence", [ramp(320), { sequence: 3 }], "BAD_FRAME"],
  ])("a frame with %s costs the whole clip", (_, [samples, options], code) => {
    const { sent, play, frame, take } = setUp();
    play(1600);
    expect(frame(samples, options)).toMatchObject({ code });
    expect(sent.at(-1)).toEqual({ type: "refused", playId: 1, code, samples: samples.length });
    expect(take()).toBeNull();
  });

  test("frames and ends of clips nobody announced, and frames on another track, are faults", () => {
    const { frame, audio } = setUp();
    expect(frame(ramp(10), { playId: 9 })).toMatchObject({ code: "BAD_FRAME" });
    expect(audio.end({ playId: 9 })).toMatchObject({ code: "BAD_MESSAGE" });
    const stray = { track: "caller", mode: "whisper", playId: 1, sequence: 0, position: 0, samples: ramp(2) } as const;
    expect(audio.frame(stray)).toMatchObject({ code: "BAD_FRAME" });
  });

  test("one clip at a time, each id once", () => {
    const { sent, play, frame, take, audio } = setUp();
    play(320);
    play(320, { playId: 2 });
    expect(sent.at(-1)).toEqual({ type: "refused", playId: 2, code: "BUSY", samples: 0 });
    expect(play(320)).toMatchObject({ code: "BAD_MESSAGE" });
    frame(ramp(320), { sequence: 0 });
    audio.end({ playId: 1 });
    expect(take()).toEqual(ramp(320));
    expect(play(320)).toMatchObject({ code: "BAD_MESSAGE" });
    play(320, { playId: 3 });
    expect(sent.at(-1)).toEqual({ type: "credit", playId: 3, samples: 320 });
  });

  test("an interrupt throws the rest away and says how much was heard; late frames are no fault", () => {
    const { sent, play, frame, take, audio } = setUp();
    expect(audio.interrupt()).toBe(0);
    play(1600);
    for (let at = 0; at < 4; at++) frame(ramp(320));
    take();
    expect(audio.interrupt()).toBe(960);
    expect(sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: 320 });
    expect(frame(ramp(320))).toBeNull();
    expect(audio.end({ playId: 1 })).toBeNull();
    expect(take()).toBeNull();
    play(320, { playId: 2 });
    expect(sent.at(-1)).toMatchObject({ type: "credit", playId: 2 });
  });

  test("a sender that falls silent loses its clip after ten seconds", () => {
    const { sent, play, take } = setUp();
    play(320);
    for (let at = 0; at < 499; at++) take();
    expect(sent).toHaveLength(1);
    take();
    expect(sent.at(-1)).toMatchObject({ type: "refused", code: "TIMEOUT" });
  });

  test("an empty clip is drained at its end", () => {
    const { sent, play, audio } = setUp();
    play(320);
    audio.end({ playId: 1 });
    expect(sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: 0 });
  });

  test.each([8000, 24_000])("%i Hz outside is the same time inside, to the last sample", (sampleRate) => {
    const { sent, play, frame, take, audio } = setUp(sampleRate);
    const total = sampleRate / 2;
    play(total);
    const step = sampleRate / 50;
    for (let at = 0; at < total; at += step) frame(new Int16Array(step).fill(8000));
    audio.end({ playId: 1 });
    const heard: number[] = [];
    for (let into = take(); into; into = take()) heard.push(...into);
    // Half a second, the filter's delay, and what fills the last frame up.
    expect(heard.length).toBeGreaterThanOrEqual(8000);
    expect(heard.length).toBeLessThanOrEqual(8000 + 2 * 320);
    expect(heard.slice(400, 7600).every((sample) => Math.abs(sample - 8000) < 50)).toBe(true);
    expect(sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: total });
  });
});
