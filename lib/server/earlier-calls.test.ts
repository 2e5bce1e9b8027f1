import { expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { EarlierCalls, FOUND_AGAIN_MS } from "./earlier-calls";

function setUp(endLost: () => Promise<unknown> = async () => 0) {
  const clock = new FakeClock();
  const ended: number[] = [];
  const calls = new EarlierCalls({
    endLost: ({ before }) => {
      ended.push(before);
      return endLost();
    },
    ...{ clock, logger: silentLogger },
  });
  return { clock, ended, calls };
}

it("calls an earlier run's calls over only after the telephone systems had time to tell of them", async () => {
  const { clock, ended, calls } = setUp();
  const startedAt = clock.now();
  await clock.advance(60_000);
  expect(calls.areKnown).toBe(false);
  calls.search();
  await clock.advance(FOUND_AGAIN_MS - 1);
  expect([calls.areKnown, ended]).toEqual([false, []]);
  await clock.advance(1);
  expect([calls.areKnown, ended]).toEqual([true, [startedAt]]);
});

it("ends nothing after it was stopped, and outlives a record that cannot be written", async () => {
  const stopped = setUp();
  stopped.calls.search();
  stopped.calls.stop();
  await stopped.clock.advance(2 * FOUND_AGAIN_MS);
  expect(stopped.ended).toEqual([]);
  const { clock, calls } = setUp(() => Promise.reject(new Error("the database is away")));
  calls.search();
  await clock.advance(FOUND_AGAIN_MS);
  expect(calls.areKnown).toBe(true);
});
