import fc from "fast-check";
import { expect, test } from "vitest";
import { SampleRingBuffer } from "./ring-buffer";

test("holds the last samples of any sequence of writes, at their positions in the stream", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.array(fc.integer({ min: -99, max: 99 }), { maxLength: 30 }), { maxLength: 12 }),
      fc.integer({ min: -5, max: 200 }),
      fc.integer({ min: -5, max: 200 }),
      (capacity, writes, from, to) => {
        const ring = new SampleRingBuffer({ capacity });
        for (const write of writes) ring.write(Int16Array.from(write));
        const all = writes.flat();
        expect(ring.end).toBe(all.length);
        expect(ring.start).toBe(Math.max(0, all.length - capacity));
        const expected = all.filter((_, at) => at >= Math.max(from, ring.start) && at < to);
        expect([...ring.read({ from, to })]).toEqual(expected);
      },
    ),
  );
});

test("what was read does not change afterwards", () => {
  const ring = new SampleRingBuffer({ capacity: 2 });
  ring.write(Int16Array.of(1, 2));
  const copy = ring.read({ from: 0 });
  ring.write(Int16Array.of(3, 4));
  expect([...copy]).toEqual([1, 2]);
  expect([...ring.read({ from: 0 })]).toEqual([3, 4]);
});

test("a capacity of nothing is refused", () => {
  expect(() => new SampleRingBuffer({ capacity: 0 })).toThrow(RangeError);
});
