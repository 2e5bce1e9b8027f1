import { expect, it } from "vitest";
import { isOver, leftOf } from "./elapsed";

it.each([
  ["begins", 1000, 250],
  ["is under way", 1100, 150],
  ["is just over", 1250, 0],
  ["is long over", 9000, 0],
  ["was begun before the clock was set back", 999, 0],
])("a span that %s", (_, now, left) => {
  expect(leftOf({ since: 1000, ms: 250, now })).toBe(left);
  expect(isOver({ since: 1000, ms: 250, now })).toBe(left === 0);
});

it("is over where nothing ever began it", () => {
  expect(isOver({ since: Number.NEGATIVE_INFINITY, ms: 250, now: 0 })).toBe(true);
});
