import { Writable } from "node:stream";
import { pino } from "pino";
import { expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { FailureLog } from "./failure-log";

it("says a failure once a minute, with the number of those left unsaid, and each kind by itself", async () => {
  const lines: string[] = [];
  const logger = pino(
    new Writable({
      write(chunk, _, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const clock = new FakeClock();
  const log = new FailureLog({ clock, logger });
  const fail = (key: string) => log.warn({ key, error: new Error("no"), message: `${key} failed` });
  for (let second = 0; second < 60; second += 1) {
    fail("advisor");
    await clock.advance(1000);
  }
  fail("policy");
  fail("advisor");
  const said = lines.map((line) => JSON.parse(line));
  expect(said.map(({ msg, unsaid }) => [msg, unsaid])).toEqual([
    ["advisor failed", 0],
    ["policy failed", 0],
    ["advisor failed", 59],
  ]);
});
