import { describe, expect, it } from "vitest";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { PlayResult } from "@/lib/telephony/gateway";
import { ScriptedMediaSocket } from "@/lib/telephony/testing/scripted-media-socket";
import { LivePlayout } from "./live-playout";

function speaking(request: { onStarted?: () => void } = {}) {
  const clock = new FakeClock();
  const [first, second] = [new ScriptedMediaSocket(), new ScriptedMediaSocket()];
  const doubts: { code: string; message: string }[] = [];
  const line = { isOpen: true, overs: 0 };
  const voice = new LivePlayout(
    { mode: "barge", ...request },
    {
      ...{ clock, logger: silentLogger, sockets: [first, second] },
      doubt: () => doubts[0] ?? null,
      isOpen: () => line.isOpen,
      verdict: async (result) => result,
      onOver: () => (line.overs += 1),
    },
  );
  const results: PlayResult[] = [];
  void voice.result.then((result) => results.push(result));
  const say = (value: number) => voice.push(new Int16Array(FRAME_SAMPLES).fill(value));
  /** A frame of 1 every 20 ms. */
  const talk = async (frames: number) => {
    for (let at = 0; at < frames; at++) {
      say(1);
      await clock.advance(20);
    }
  };
  return { clock, voice, first, second, doubts, line, results, say, talk };
}

describe("LivePlayout", () => {
  it("writes each frame as it comes, to every hearer, behind a cushion of 40 ms", async () => {
    const { clock, first, second, say } = speaking();
    expect(say(1)).toBe(true);
    expect(first.heard).toEqual([0, 0, 1]);
    await clock.advance(20);
    expect(say(2)).toBe(true);
    expect(first.heard).toEqual([0, 0, 1, 2]);
    expect(second.heard).toEqual(first.heard);
  });

  it("puts the cushion in again after a gap, and not before", async () => {
    const { clock, first, say } = speaking();
    say(1);
    await clock.advance(59);
    say(2);
    await clock.advance(21);
    say(3);
    expect(first.heard).toEqual([0, 0, 1, 2, 0, 0, 3]);
  });

  it("lets no more than 120 ms wait in Asterisk, however fast frames come, and takes again what comes in time", async () => {
    const { clock, first, say } = speaking();
    expect([1, 2, 3, 4, 5, 6].map(say)).toEqual([true, true, true, true, false, false]);
    await clock.advance(19);
    expect(say(7)).toBe(false);
    await clock.advance(1);
    expect(say(8)).toBe(true);
    expect(first.heard).toEqual([0, 0, 1, 2, 3, 4, 8]);
  });

  it("believes Asterisk about its queue, once a second: what a stall left in it is made up for", async () => {
    const { clock, first, second, say, talk } = speaking();
    [first.queueLength, second.queueLength] = [3, 8];
    await talk(51);
    expect(first.frames).toBe(53);
    // 160 ms wait for the slower of the two: 20 ms of it are spoken, and two frames more have to be.
    expect(say(2)).toBe(false);
    await clock.advance(20);
    expect(say(3)).toBe(false);
    await clock.advance(20);
    expect(say(4)).toBe(true);
    expect(first.heard.at(-1)).toBe(4);
  });

  it("has failed where Asterisk does not answer about its queue", async () => {
    const { first, second, results, talk } = speaking();
    second.answersStatus = false;
    await talk(52);
    expect(results).toMatchObject([{ outcome: "failed", code: "TIMEOUT" }]);
    expect([first.isGone, second.isGone]).toEqual([true, true]);
  });

  it("throws away what is said while Asterisk's queue is full", async () => {
    const { clock, first, line, say } = speaking();
    line.isOpen = false;
    expect(say(1)).toBe(false);
    await clock.advance(1_000);
    line.isOpen = true;
    expect(say(2)).toBe(true);
    expect(first.heard).toEqual([0, 0, 2]);
  });

  it("tells the start once, with the first frame", async () => {
    let started = 0;
    const { talk } = speaking({ onStarted: () => (started += 1) });
    expect(started).toBe(0);
    await talk(5);
    expect(started).toBe(1);
  });

  it("is played when every queue has run empty, and not before; the place is then free", async () => {
    const { clock, voice, first, second, results, line, talk, say } = speaking();
    await talk(10);
    voice.end();
    expect(say(9)).toBe(false);
    first.runEmpty();
    await clock.advance(0);
    expect(results).toEqual([]);
    expect(line.overs).toBe(0);
    second.runEmpty();
    await clock.advance(0);
    expect(results).toEqual([{ outcome: "played", playedMs: 200, code: null, message: null }]);
    expect(line.overs).toBe(1);
    expect(first.heard).toHaveLength(12);
  });

  it("was played, with nothing, where nothing was said", async () => {
    const { clock, voice, first, results } = speaking();
    voice.end();
    await clock.advance(0);
    expect(results).toEqual([{ outcome: "played", playedMs: 0, code: null, message: null }]);
    expect(first.waitsForDrain).toBe(false);
  });

  it("gives up when Asterisk never runs empty", async () => {
    const { clock, voice, results, talk } = speaking();
    await talk(10);
    voice.end();
    await clock.advance(2_040);
    expect(results[0]).toMatchObject({ outcome: "failed", code: "TIMEOUT" });
  });

  it("flushes what it sent when it is cut, also on its way to the end, and counts what was heard", async () => {
    const { clock, voice, first, second, results, talk, say } = speaking();
    await talk(10);
    voice.end();
    voice.cut();
    expect(say(9)).toBe(false);
    await clock.advance(0);
    expect([first.flushes, second.flushes]).toEqual([1, 1]);
    // Of what was said the last 40 ms were still queued, as long as the cushion is.
    expect(results).toEqual([{ outcome: "interrupted", playedMs: 160, code: null, message: null }]);
  });

  it("asks before each frame, and not only when it is told of a change", async () => {
    const { clock, first, doubts, results, say } = speaking();
    say(1);
    doubts.push({ code: "MODE_MISMATCH", message: "the call is in spy" });
    expect(say(2)).toBe(false);
    await clock.advance(0);
    expect(first.heard).toEqual([0, 0, 1]);
    expect(first.flushes).toBe(1);
    expect(results).toEqual([
      { outcome: "refused", playedMs: 0, code: "MODE_MISMATCH", message: "the call is in spy" },
    ]);
  });

  it("does not claim a cut that Asterisk did not confirm", async () => {
    const { clock, voice, first, second, results } = speaking();
    second.answersStatus = false;
    voice.cut();
    await clock.advance(0);
    expect(results[0]).toMatchObject({ outcome: "failed", code: "INTERRUPT_FAILED" });
    expect([first.isGone, second.isGone]).toEqual([true, true]);
  });

  it("fails when a hearer's connection goes, flushes the other one, and sends nothing more", async () => {
    const { first, second, results, talk } = speaking();
    second.isGone = true;
    await talk(5);
    expect(results[0]).toMatchObject({ outcome: "failed", code: "CONNECTION_LOST" });
    expect(first.frames).toBeLessThanOrEqual(1);
    expect(first.flushes).toBe(1);
  });

  it("is over after 5 s without a word, and has failed where Asterisk took none", async () => {
    const silent = speaking();
    await silent.talk(50);
    await silent.clock.advance(4_979);
    expect(silent.results).toEqual([]);
    await silent.clock.advance(1);
    expect(silent.results).toMatchObject([{ outcome: "interrupted", playedMs: 1_000, code: null }]);
    const stuck = speaking();
    stuck.line.isOpen = false;
    await stuck.talk(250);
    expect(stuck.results).toMatchObject([{ outcome: "failed", code: "TIMEOUT", playedMs: 0 }]);
  });
});
