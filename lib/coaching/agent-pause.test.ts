import { describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { AgentPause } from "./agent-pause";

function waiting(prepare: (pause: AgentPause) => void) {
  const clock = new FakeClock();
  const pause = new AgentPause({ clock, settings: { pauseMs: 500, maxPauseWaitMs: 10_000 } });
  prepare(pause);
  const abort = new AbortController();
  let isOver = false;
  void pause.wait(abort.signal).then(() => {
    isOver = true;
  });
  return { clock, pause, abort, isOver: () => isOver };
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
    const { clock, pause, isOver } = waiting((made) => made.held(true));
    await clock.advance(60_000);
    expect(isOver()).toBe(false);
    pause.held(false);
    await clock.advance(0);
    expect(isOver()).toBe(true);
  });

  it("ends the wait at once where the whisper is stopped", async () => {
    const { clock, abort, isOver } = waiting((pause) => pause.held(true));
    abort.abort();
    await clock.advance(0);
    expect(isOver()).toBe(true);
  });
});
