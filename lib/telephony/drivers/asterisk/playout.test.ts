import { describe, expect, it } from "vitest";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { PlayRequest, PlayResult } from "@/lib/telephony/gateway";
import { ScriptedMediaSocket } from "@/lib/telephony/testing/scripted-media-socket";
import { Playout } from "./playout";

const SECOND = new Int16Array(50 * FRAME_SAMPLES).fill(5);

function playing(request: Partial<PlayRequest> = {}) {
  const clock = new FakeClock();
  const sockets = [new ScriptedMediaSocket(), new ScriptedMediaSocket()];
  const doubts: { code: string; message: string }[] = [];
  const clip = new Playout(
    { samples: SECOND, mode: "barge", ...request },
    { clock, logger: silentLogger, sockets, doubt: () => doubts[0] ?? null },
  );
  const results: PlayResult[] = [];
  void clip.result.then((result) => results.push(result));
  clip.start();
  const [first, second] = sockets;
  if (!first || !second) throw new Error("no sockets");
  return { clock, clip, first, second, doubts, results };
}

describe("Playout", () => {
  it("paces to real time with a small lead, the same to every hearer", async () => {
    const { clock, first, second, results } = playing();
    expect([first.frames, second.frames]).toEqual([10, 10]);
    await clock.advance(400);
    expect([first.frames, second.frames]).toEqual([30, 30]);
    await clock.advance(600);
    expect([first.frames, second.frames]).toEqual([50, 50]);
    expect(results).toEqual([]);
  });

  it("is played when every queue has run empty, and not before", async () => {
    const { clock, first, second, results } = playing();
    await clock.advance(1_000);
    first.runEmpty();
    await clock.advance(0);
    expect(results).toEqual([]);
    second.runEmpty();
    await clock.advance(0);
    expect(results).toEqual([{ outcome: "played", playedMs: 1_000, code: null, message: null }]);
  });

  it("tells the start once, with the first frame", async () => {
    let started = 0;
    const { clock } = playing({ onStarted: () => (started += 1) });
    await clock.advance(1_000);
    expect(started).toBe(1);
  });

  it("waits while Asterisk's queue is full, and goes on where it was", async () => {
    const { clock, clip, first } = playing();
    clip.flow(false);
    await clock.advance(5_000);
    expect(first.frames).toBe(10);
    clip.flow(true);
    await clock.advance(100);
    expect(first.frames).toBe(15);
  });

  it("flushes on abort, also what it already sent, and survives that the drain is never told", async () => {
    const abort = new AbortController();
    const { clock, first, second, results } = playing({ signal: abort.signal });
    await clock.advance(1_000);
    expect(first.waitsForDrain).toBe(true);
    abort.abort();
    await clock.advance(0);
    expect([first.flushes, second.flushes]).toEqual([1, 1]);
    expect(results).toEqual([{ outcome: "interrupted", playedMs: 1_000, code: null, message: null }]);
  });

  it("stops before the next frame when the mode is in doubt, and says how much was heard", async () => {
    const { clock, clip, first, doubts, results } = playing();
    await clock.advance(200);
    doubts.push({ code: "MODE_MISMATCH", message: "the call is in spy" });
    clip.recheck();
    await clock.advance(1_000);
    expect(first.frames).toBe(20);
    expect(results).toEqual([
      { outcome: "refused", playedMs: 200, code: "MODE_MISMATCH", message: "the call is in spy" },
    ]);
  });

  it("does not claim an interrupt that Asterisk did not confirm", async () => {
    const { clock, clip, second, doubts, results } = playing();
    second.answersStatus = false;
    doubts.push({ code: "MODE_MISMATCH", message: "" });
    clip.recheck();
    await clock.advance(0);
    expect(results[0]).toMatchObject({ outcome: "failed", code: "INTERRUPT_FAILED" });
  });

  it("fails when a hearer's connection goes, and sends nothing more", async () => {
    const { clock, first, second, results } = playing();
    second.isGone = true;
    await clock.advance(1_000);
    expect(results[0]).toMatchObject({ outcome: "failed", code: "CONNECTION_LOST" });
    expect(first.frames).toBeLessThanOrEqual(11);
    expect(first.flushes).toBe(1);
  });

  it("gives up when Asterisk never runs empty", async () => {
    const { clock, results } = playing();
    await clock.advance(4_000);
    expect(results[0]).toMatchObject({ outcome: "failed", code: "TIMEOUT" });
  });

  it("sends nothing for an aborted request, a doubt, or an empty clip", async () => {
    const aborted = playing({ signal: AbortSignal.abort() });
    await aborted.clock.advance(0);
    expect(aborted.first.frames).toBe(0);
    expect(aborted.results[0]).toMatchObject({ outcome: "interrupted", playedMs: 0 });
    const empty = playing({ samples: new Int16Array(0) });
    await empty.clock.advance(0);
    expect(empty.results[0]).toMatchObject({ outcome: "played", playedMs: 0 });
  });
});
