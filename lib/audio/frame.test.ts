import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesFromSamples, concatSamples, FrameSplitter, samplesFromBytes, toFrames } from "./frame";

test("any chunking of a stream gives the same frames, byte for byte", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 50 })), (chunks) => {
      const splitter = new FrameSplitter({ frameSamples: 7 });
      const frames = chunks.flatMap((chunk) => splitter.push(Int16Array.from(chunk)));
      const last = splitter.flush();
      const whole = chunks.flat();
      expect(frames.every((frame) => frame.length === 7)).toBe(true);
      expect([...concatSamples(frames)]).toEqual(whole.slice(0, frames.length * 7));
      expect(last ? [...last].slice(0, whole.length % 7) : []).toEqual(whole.slice(frames.length * 7));
      expect(splitter.pending).toBe(0);
    }),
  );
});

test("frames do not share memory with each other or with the input", () => {
  const input = Int16Array.from({ length: 640 }, (_, at) => at);
  const frames = toFrames(input);
  input.fill(-1);
  expect(frames.map((frame) => frame.length)).toEqual([320, 320]);
  expect(frames[1]?.[319]).toBe(639);
  expect(frames[0]?.buffer).not.toBe(frames[1]?.buffer);
});

test("the last frame is filled up with silence", () => {
  const frames = toFrames(Int16Array.from([1, 2, 3, 4, 5]), { frameSamples: 4 });
  expect(frames.map((frame) => [...frame])).toEqual([
    [1, 2, 3, 4],
    [5, 0, 0, 0],
  ]);
});

test("bytes are little-endian, may begin at an odd offset, and an odd count is refused", () => {
  const bytes = new Uint8Array([9, 0x34, 0x12, 0xff, 0xff]).subarray(1);
  expect([...samplesFromBytes(bytes)]).toEqual([0x1234, -1]);
  expect([...bytesFromSamples(Int16Array.of(0x1234, -1))]).toEqual([0x34, 0x12, 0xff, 0xff]);
  expect(() => samplesFromBytes(new Uint8Array(3))).toThrow("3 bytes");
});

test("a frame of no size is refused", () => {
  expect(() => new FrameSplitter({ frameSamples: 0 })).toThrow(RangeError);
});
