import { describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { AgentPause } from "./agent-pause";

function waiting(prepare: (pause: AgentPause) => void, { force = false } = {}) {
  const clock = new FakeClock();
  const pause = new AgentPause({ clock, settings: { pauseMs: 500, maxPauseWaitMs: 10_000 } });
  prepare(pause);
  const abort = new AbortController();
  const reasons: string[] = [];
  let isOver = false;
  const onReason = (reason: string) => reasons.push(reason);
  void pause.wait({ force, signal: abort.signal, onReason }).then(() => {
    isOver = true;
  });
  return { clock, pause, abort, reasons, isOver: () => isOver };
}

describe("AgentPause", () => {
  it("waits for a gap in the agent's speech, and not for ever", async () => {
    const gap = waiting((pause) => pause.started());
    gap.pause.ended();
    await gap.clock.advance(499);
    expect(gap.isOver()).toBe(false);
    await gap.clock.advance(1);
    expect(gap.isOver()).toBe(true);
    const talker = waiting((pause) => pause.started());
    await talker.clock.advance(10_000);
    expect(talker.isOver()).toBe(true);
  });

  it("waits out a hold, however long, and goes on after it", async () => {
    const { clock, pause, isOver } = waiting((made) => made.hold("hold", true));
    await clock.advance(60_000);
    expect(isOver()).toBe(false);
    pause.hold("hold", false);
    await clock.advance(0);
    expect(isOver()).toBe(true);
  });

  it("ends the wait at once where the whisper is stopped", async () => {
    const { clock, abort, isOver } = waiting((pause) => pause.hold("hold", true));
    abort.abort();
    await clock.advance(0);
    expect(isOver()).toBe(true);
  });

  it("waits while any reason is left, and tells the weightiest each time it changes", async () => {
    const { clock, pause, reasons, isOver } = waiting((made) => made.hold("speaker", true));
    pause.hold("agent-paused", true);
    pause.hold("hold", true);
    pause.hold("agent-paused", false);
    pause.hold("speaker", false);
    pause.started();
    pause.hold("hold", false);
    await clock.advance(5000);
    expect(isOver()).toBe(false);
    expect(reasons).toEqual(["speaker", "agent-paused", "speaker", "hold", "gap"]);
    pause.ended();
    await clock.advance(500);
    expect(isOver()).toBe(true);
  });

  it("does not count a hold into the longest wait for a gap", async () => {
    const { clock, pause, isOver } = waiting((made) => made.started());
    await clock.advance(9000);
    pause.hold("speaker", true);
    await clock.advance(60_000);
    pause.hold("speaker", false);
    await clock.advance(9999);
    expect(isOver()).toBe(false);
    await clock.advance(1);
    expect(isOver()).toBe(true);
  });

  it.each(["speaker", "agent-paused", "hold"] as const)("waits out %s even when forced, but no gap", async (reason) => {
    const { clock, pause, reasons, isOver } = waiting(
      (made) => {
        made.started();
        made.hold(reason, true);
      },
      { force: true },
    );
    await clock.advance(60_000);
    expect(isOver()).toBe(false);
    pause.hold(reason, false);
    await clock.advance(0);
    expect(isOver()).toBe(true);
    expect(reasons).toEqual([reason]);
  });
});
