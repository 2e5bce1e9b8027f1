import { expect, test } from "vitest";
import { LoadShedding, partialInterval } from "./load-shedding";

const calm = { finalMs: 0, partialMs: 0, busy: 0.2 };
const late = { finalMs: 5000, partialMs: 5000, busy: 1 };
const levels = (shedding: LoadShedding, pressure: typeof calm, count: number) =>
  Array.from({ length: count }, () => shedding.observe(pressure));

test("goes down step by step, only where it stays behind", () => {
  const shedding = new LoadShedding();
  expect([...levels(shedding, late, 1), ...levels(shedding, calm, 1), ...levels(shedding, late, 1)]).toEqual([
    "full",
    "full",
    "full",
  ]);
  expect(levels(shedding, late, 4)).toEqual(["slow-partials", "slow-partials", "finals-only", "finals-only"]);
});

test("late partials alone slow the partials, but never stop them", () => {
  const shedding = new LoadShedding();
  levels(shedding, { finalMs: 0, partialMs: 2000, busy: 1 }, 30);
  expect(shedding.level).toBe("slow-partials");
});

test("comes back after ten calm seconds a step; busy decoders are not calm", () => {
  const shedding = new LoadShedding();
  levels(shedding, late, 6);
  levels(shedding, { finalMs: 0, partialMs: 0, busy: 0.9 }, 60);
  expect(shedding.level).toBe("finals-only");
  expect(levels(shedding, calm, 9).at(-1)).toBe("finals-only");
  expect(levels(shedding, calm, 1)).toEqual(["slow-partials"]);
  expect(levels(shedding, calm, 10).at(-1)).toBe("full");
});

test("does not swing: each failed return makes the next wait longer, until it has held for two minutes", () => {
  const shedding = new LoadShedding();
  levels(shedding, late, 2);
  const waits = [1, 2, 3].map(() => {
    let seconds = 0;
    while (shedding.level !== "full") {
      shedding.observe(calm);
      seconds += 1;
    }
    levels(shedding, late, 2);
    return seconds;
  });
  expect(waits).toEqual([10, 20, 40]);
  levels(shedding, calm, 80 + 125);
  levels(shedding, late, 2);
  expect(levels(shedding, calm, 10).at(-1)).toBe("full");
});

test("partials: 0.4 s up to two calls, 1.2 s from ten, slower where slow, none where none", () => {
  const at = (calls: number, level: "full" | "slow-partials" | "finals-only" | "unavailable" = "full") =>
    partialInterval({ level, streams: calls * 2 });
  expect([0, 1, 2, 4, 10, 50].map((calls) => at(calls))).toEqual([400, 400, 400, 600, 1200, 1200]);
  expect([at(1, "slow-partials"), at(10, "slow-partials")]).toEqual([1500, 2400]);
  expect([at(1, "finals-only"), at(1, "unavailable")]).toEqual([null, null]);
});
