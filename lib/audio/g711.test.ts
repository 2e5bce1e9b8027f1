import { expect, test } from "vitest";
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from "./g711";

const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code);

test("µ-law decodes to the values of the standard", () => {
  const codes = Uint8Array.of(0xff, 0x7f, 0x80, 0x00, 0xfe, 0xf0, 0xef, 0x8f, 0xaa);
  expect([...decodeMulaw(codes)]).toEqual([0, -0, 32_124, -32_124, 8, 120, 132, 16_764, 5372].map((v) => v + 0));
});

test("A-law decodes to the values of the standard", () => {
  const codes = Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a, 0xd4, 0xc5, 0x80, 0xff);
  expect([...decodeAlaw(codes)]).toEqual([8, -8, 32_256, -32_256, 24, 264, 5504, 848]);
});

test("every code survives decoding and encoding", () => {
  // 0x7f is minus zero in µ-law: 16-bit samples have none.
  const mulaw = everyCode.map((code) => (code === 0x7f ? 0xff : code));
  expect([...encodeMulaw(decodeMulaw(everyCode))]).toEqual([...mulaw]);
  expect([...encodeAlaw(decodeAlaw(everyCode))]).toEqual([...everyCode]);
});

test("every sample comes back within half a step of its segment", () => {
  const samples = Int16Array.from({ length: 65_536 }, (_, at) => at - 32_768);
  const worst = (decoded: Int16Array) =>
    samples.reduce((most, sample, at) => {
      const clipped = Math.max(-32_635, Math.min(32_635, sample));
      return Math.max(most, Math.abs(clipped - (decoded[at] ?? 0)) / (Math.abs(clipped) + 132));
    }, 0);
  expect(worst(decodeMulaw(encodeMulaw(samples)))).toBeLessThan(0.04);
  expect(worst(decodeAlaw(encodeAlaw(samples)))).toBeLessThan(0.07);
});

test("the loudest samples saturate", () => {
  expect([...encodeMulaw(Int16Array.of(32_767, -32_768))]).toEqual([0x80, 0x00]);
  expect([...encodeAlaw(Int16Array.of(32_767, -32_768))]).toEqual([0xaa, 0x2a]);
});
