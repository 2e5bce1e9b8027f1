import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JitterQueue } from "./jitter-queue";

const frame = (sequence: number) => ({ sequence, samples: new Int16Array(320).fill(sequence) });
const first = (samples: Int16Array | null) => (samples ? (samples[0] ?? null) : null);
const take = (queue: JitterQueue, times: number) => Array.from({ length: times }, () => first(queue.take()));

describe("JitterQueue", () => {
  test("waits for two frames, then plays in order whatever the order they came in", () => {
    const queue = new JitterQueue();
    queue.push(frame(1));
    expect(take(queue, 2)).toEqual([null, null]);
    queue.push(frame(0));
    queue.push(frame(2));
    expect(take(queue, 4)).toEqual([0, 1, 2, null]);
  });

  test("a lost frame is 20 ms of silence, a late one is thrown away", () => {
    const queue = new JitterQueue();
    for (const sequence of [0, 1, 3, 4]) queue.push(frame(sequence));
    expect(take(queue, 3)).toEqual([0, 1, null]);
    queue.push(frame(2));
    expect(take(queue, 2)).toEqual([3, 4]);
    expect(queue.counts).toMatchObject({ played: 4, lost: 1, late: 1 });
  });

  test("a burst after a stall is cut to 60 ms", () => {
    const queue = new JitterQueue();
    for (let sequence = 0; sequence < 11; sequence++) queue.push(frame(sequence));
    expect(take(queue, 4)).toEqual([8, 9, 10, null]);
    expect(queue.counts.dropped).toBe(8);
  });

  test("a sender whose clock is faster is followed, without growing delay", () => {
    const queue = new JitterQueue();
    let sequence = 0;
    const waits: number[] = [];
    for (let tick = 0; tick < 5000; tick++) {
      queue.push(frame(sequence));
      sequence += 1;
      if (tick % 100 === 0) queue.push(frame(sequence++));
      const played = first(queue.take());
      if (played !== null) waits.push(sequence - 1 - played);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(6);
    expect(queue.counts.dropped).toBeGreaterThan(30);
  });

  test("a sender that counts anew is played on", () => {
    const queue = new JitterQueue();
    for (const sequence of [5000, 5001]) queue.push(frame(sequence));
    take(queue, 2);
    for (const sequence of [0, 1]) queue.push(frame(sequence));
    expect(take(queue, 2)).toEqual([0, 1]);
  });

  test("any order of any sequences: bounded, and never the same frame twice", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(30), fc.nat(0xffffffff), fc.constant(null)), { maxLength: 200 }),
        (steps) => {
          const queue = new JitterQueue();
          let pushed = 0;
          for (const step of steps) {
            if (step === null) queue.take();
            else {
              queue.push({ sequence: step, samples: new Int16Array(320) });
              pushed += 1;
            }
          }
          const before = queue.counts.played;
          for (let at = 0; at < 20; at++) queue.take();
          expect(queue.counts.played - before).toBeLessThanOrEqual(10);
          expect(queue.counts.played + queue.counts.dropped).toBeLessThanOrEqual(pushed);
        },
      ),
    );
  });
});
