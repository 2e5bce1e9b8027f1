import { expect, test } from "vitest";
import { amplify, interleave, mix } from "./mix";

test("the sum is held at both ends, once, after all sources are in", () => {
  const loud = Int16Array.of(30_000, -30_000, 30_000, 1);
  const louder = Int16Array.of(30_000, -30_000, 30_000, 2);
  const against = Int16Array.of(0, 0, -40_000 / 2, 0);
  expect([...mix([loud, louder, against])]).toEqual([32_767, -32_768, 32_767, 3]);
  expect([...mix([Int16Array.of(30_000), Int16Array.of(30_000), Int16Array.of(-30_000)])]).toEqual([30_000]);
});

test("shorter sources end in silence; none at all give silence of the length asked for", () => {
  expect([...mix([Int16Array.of(1, 2, 3), Int16Array.of(10)])]).toEqual([11, 2, 3]);
  expect([...mix([], { length: 2 })]).toEqual([0, 0]);
  expect([...mix([Int16Array.of(1, 2, 3)], { length: 2 })]).toEqual([1, 2]);
});

test("amplify rounds, saturates and leaves its input alone", () => {
  const input = Int16Array.of(3, -3, 32_767, -32_768);
  expect([...amplify(input, { gain: 1.5 })]).toEqual([5, -4, 32_767, -32_768]);
  expect([...input]).toEqual([3, -3, 32_767, -32_768]);
});

test("interleave weaves the lanes and fills the shorter one", () => {
  expect([...interleave([Int16Array.of(1, 2, 3), Int16Array.of(-1)])]).toEqual([1, -1, 2, 0, 3, 0]);
});
