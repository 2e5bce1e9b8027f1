import { expect, test } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { Ticker } from "./ticker";

/** A clock whose timers come late, as those of a busy machine do. */
class LateClock extends FakeClock {
  lateMs = 0;
  override after(delayMs: number, run: () => void): () => void {
    return super.after(delayMs + this.lateMs, run);
  }
}

function setUp(clock: FakeClock) {
  const ticks: number[] = [];
  const start = clock.now();
  const ticker = new Ticker(() => ticks.push(clock.now() - start), { clock });
  ticker.start();
  return { ticks, ticker };
}

test("ticks every 20 ms", async () => {
  const clock = new FakeClock();
  const { ticks } = setUp(clock);
  await clock.advance(100);
  expect(ticks).toEqual([20, 40, 60, 80, 100]);
});

test("lateness of each timer does not add up", async () => {
  const clock = new LateClock();
  clock.lateMs = 3;
  const { ticks } = setUp(clock);
  await clock.advance(10_003);
  expect(ticks).toHaveLength(500);
  expect(ticks.at(-1)).toBe(10_003);
});

test("catches up after a stall, and forgets a very long one", async () => {
  const clock = new LateClock();
  const { ticks } = setUp(clock);
  clock.lateMs = 400;
  await clock.advance(20);
  clock.lateMs = 0;
  await clock.advance(980);
  expect(ticks).toHaveLength(50);
  clock.lateMs = 60_000;
  await clock.advance(20);
  clock.lateMs = 0;
  await clock.advance(61_000);
  expect(ticks.length).toBeLessThan(110);
});

test("stops", async () => {
  const clock = new FakeClock();
  const { ticks, ticker } = setUp(clock);
  await clock.advance(40);
  ticker.stop();
  await clock.advance(1000);
  expect(ticks).toHaveLength(2);
});
