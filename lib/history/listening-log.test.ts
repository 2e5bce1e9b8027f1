import { expect, it } from "vitest";
import { callIdSchema, userIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import { ListeningLog } from "./listening-log";

it("takes the pieces of one player as one act of listening, wherever it starts", async () => {
  const clock = new FakeClock();
  const log = new ListeningLog({ clock });
  const ask = { userId: userIdSchema.parse("u1"), callId: callIdSchema.parse("c1") };
  expect(log.begins(ask)).toBe(true);
  await clock.advance(60_000);
  expect(log.begins(ask)).toBe(false);
  expect(log.begins({ ...ask, userId: userIdSchema.parse("u2") })).toBe(true);
  expect(log.begins({ ...ask, callId: callIdSchema.parse("c2") })).toBe(true);
  await clock.advance(11 * 60_000);
  expect(log.begins(ask)).toBe(true);
});
