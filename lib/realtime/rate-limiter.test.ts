import { describe, expect, it } from "vitest";
import { userIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import { COMMAND_RULES } from "./command-handlers";
import { IDLE_MS, RateLimiter, REPORT_EVERY_MS } from "./rate-limiter";

/** Guards a person's budget: theirs alone, refilled with time, and forgotten only when that gives nothing away. */

const anna = userIdSchema.parse("anna");
const berta = userIdSchema.parse("berta");
const clara = userIdSchema.parse("clara");
const rate = { burst: 2, perSecond: 1 };

function setUp(options: { peopleLimit?: number } = {}) {
  const clock = new FakeClock();
  const limiter = new RateLimiter({ clock, ...options });
  const take = (userId: typeof anna) => limiter.take({ userId, command: "call:end", rate });
  return { clock, limiter, take };
}

describe("buckets", () => {
  it("gives each person and each command a burst of its own, and refills it", async () => {
    const { clock, limiter, take } = setUp();
    expect([take(anna), take(anna), take(anna)]).toEqual([true, true, false]);
    expect(take(berta)).toBe(true);
    expect(limiter.take({ userId: anna, command: "call:leave", rate })).toBe(true);
    await clock.advance(1000);
    expect([take(anna), take(anna)]).toEqual([true, false]);
  });

  it("forgets who has been idle, and nobody else", async () => {
    const { clock, limiter, take } = setUp();
    take(anna);
    take(berta);
    await clock.advance(IDLE_MS - 1);
    take(anna);
    await clock.advance(1);
    take(clara);
    expect(limiter.people).toBe(2);
    await clock.advance(IDLE_MS);
    take(clara);
    expect(limiter.people).toBe(1);
  });

  it("keeps no more people than its limit: the longest idle goes", () => {
    const { limiter, take } = setUp({ peopleLimit: 2 });
    for (const userId of [anna, anna, berta, berta, anna, clara]) take(userId);
    expect(limiter.people).toBe(2);
    expect(take(anna)).toBe(false);
  });

  it.each(Object.entries(COMMAND_RULES))("%s: is full again before it is forgotten", (_, { rate: given }) => {
    expect((given.burst / given.perSecond) * 1000).toBeLessThan(IDLE_MS);
  });
});

describe("reports", () => {
  it("asks for one report a minute and person, with the refusals since the last", async () => {
    const { clock, limiter, take } = setUp();
    const refuse = (times: number) => Array.from({ length: times }, () => take(anna)).every((allowed) => !allowed);
    take(anna);
    take(anna);
    expect(refuse(1)).toBe(true);
    expect(limiter.excessToReport(anna)).toBe(1);
    expect(refuse(3)).toBe(true);
    expect(limiter.excessToReport(anna)).toBe(0);
    await clock.advance(REPORT_EVERY_MS);
    take(anna);
    take(anna);
    expect(refuse(1)).toBe(true);
    expect(limiter.excessToReport(anna)).toBe(4);
    expect(limiter.excessToReport(berta)).toBe(0);
  });
});
