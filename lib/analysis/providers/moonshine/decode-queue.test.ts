import { expect, test } from "vitest";
import { DecodeQueue } from "./decode-queue";
import type { Piece } from "./types";

const piece = (options: {
  stream: number;
  ordinal?: number;
  final?: boolean;
  early?: boolean;
  length?: number;
}): Piece => {
  const { stream, ordinal = 1, final = false, early = false, length = 100 } = options;
  const samples = new Int16Array(length);
  return { stream, utteranceId: `s${stream}-${ordinal}`, ordinal, final, early, startMs: 0, endMs: 0, samples };
};
const name = (queue: DecodeQueue) => {
  const next = queue.next()?.piece;
  return next && `${next.utteranceId}${next.final ? " final" : ""}`;
};

test("finals go before partials, in the order they came", () => {
  const queue = new DecodeQueue();
  queue.add({ piece: piece({ stream: 1 }), now: 0 });
  queue.add({ piece: piece({ stream: 2, final: true }), now: 1 });
  queue.add({ piece: piece({ stream: 3, final: true }), now: 2 });
  expect([name(queue), name(queue), name(queue), name(queue)]).toEqual(["s2-1 final", "s3-1 final", "s1-1", undefined]);
});

test("what may be a final goes before other partials", () => {
  const queue = new DecodeQueue();
  queue.add({ piece: piece({ stream: 1 }), now: 0 });
  queue.add({ piece: piece({ stream: 2, early: true }), now: 1 });
  queue.add({ piece: piece({ stream: 3, final: true }), now: 2 });
  expect([name(queue), name(queue), name(queue)]).toEqual(["s3-1 final", "s2-1", "s1-1"]);
});

test("one job a leg at a time, so that its lines stay in order", () => {
  const queue = new DecodeQueue();
  queue.add({ piece: piece({ stream: 1, ordinal: 1, final: true }), now: 0 });
  queue.add({ piece: piece({ stream: 1, ordinal: 2, final: true }), now: 0 });
  queue.add({ piece: piece({ stream: 2 }), now: 0 });
  expect([name(queue), name(queue), name(queue)]).toEqual(["s1-1 final", "s2-1", undefined]);
  queue.done(1);
  expect(name(queue)).toBe("s1-2 final");
});

test("only a leg's newest partial waits, in the older one's place; its final makes it stale", () => {
  const queue = new DecodeQueue();
  queue.add({ piece: piece({ stream: 1, length: 10 }), now: 0 });
  queue.add({ piece: piece({ stream: 2 }), now: 100 });
  queue.add({ piece: piece({ stream: 1, length: 20 }), now: 400 });
  expect(queue.waits(500)).toEqual({ finalMs: 0, partialMs: 500 });
  expect(queue.next()?.piece.samples.length).toBe(20);
  queue.done(1);
  queue.add({ piece: piece({ stream: 2, final: true }), now: 500 });
  expect(name(queue)).toBe("s2-1 final");
  queue.done(2);
  expect(queue.next()).toBeUndefined();
});

test("a partial of the next utterance does not inherit the age of the last one's", () => {
  const queue = new DecodeQueue();
  queue.add({ piece: piece({ stream: 1, ordinal: 1 }), now: 0 });
  queue.add({ piece: piece({ stream: 1, ordinal: 2 }), now: 1000 });
  expect(queue.waits(1100).partialMs).toBe(100);
});

test("a final whose decoder died is the next again, with its age and one attempt more", () => {
  const queue = new DecodeQueue();
  queue.add({ piece: piece({ stream: 1, final: true }), now: 0 });
  queue.add({ piece: piece({ stream: 2, final: true }), now: 5 });
  const taken = queue.next();
  expect(queue.has(1)).toBe(true);
  queue.done(1);
  if (taken) queue.putBack(taken);
  expect(queue.next()).toMatchObject({ piece: { stream: 1 }, since: 0, attempts: 1 });
  queue.done(1);
  expect(queue.has(1)).toBe(false);
  expect(queue.has(2)).toBe(true);
});

test("too much waiting speech: the oldest finals are given up", () => {
  const queue = new DecodeQueue();
  for (const stream of [1, 2, 3]) queue.add({ piece: piece({ stream, final: true, length: 100 }), now: 0 });
  expect(queue.shrinkTo(250).map((dropped) => dropped.stream)).toEqual([1]);
  expect(queue.shrinkTo(250)).toEqual([]);
  expect(name(queue)).toBe("s2-1 final");
});

test("partials can be dropped, finals stay", () => {
  const queue = new DecodeQueue();
  queue.add({ piece: piece({ stream: 1 }), now: 0 });
  queue.add({ piece: piece({ stream: 2, final: true }), now: 0 });
  queue.dropPartials();
  expect([name(queue), name(queue)]).toEqual(["s2-1 final", undefined]);
});
