import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame, type WireFrame } from "./call-control";

const frame: WireFrame = {
  track: "outbound",
  mode: "whisper",
  sequence: 7,
  playId: 0xffffffff,
  position: 4_000_000_000,
  samples: Int16Array.of(-32_768, -1, 0, 1, 32_767),
};

describe("a binary frame", () => {
  test("comes back as it was encoded", () => {
    expect(decodeFrame(encodeFrame(frame))).toEqual({ ok: true, frame });
  });

  test("is read from the middle of a larger, unaligned Node buffer, and copied", () => {
    const encoded = encodeFrame(frame);
    const pool = Buffer.alloc(encoded.length + 9, 0x55);
    const bytes = pool.subarray(3, 3 + encoded.length);
    bytes.set(encoded);
    const decoded = decodeFrame(bytes);
    expect(decoded).toEqual({ ok: true, frame });
    pool.fill(0);
    expect(decoded).toEqual({ ok: true, frame });
  });
});
