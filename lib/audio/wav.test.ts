import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeMulaw } from "./g711";
import { encodeWav, parseWav, repairWavHeader, WAV_HEADER_BYTES, WavError, wavHeader } from "./wav";

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const u16 = (value: number) => [value & 255, value >> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const chunk = (name: string, body: number[], claimed = body.length) => [
  ...ascii(name),
  ...u32(claimed),
  ...body,
  ...(body.length % 2 ? [0] : []),
];
const riff = (...chunks: number[][]) =>
  Uint8Array.from([...ascii("RIFF"), ...u32(4 + chunks.flat().length), ...ascii("WAVE"), ...chunks.flat()]);
const format = (coding: { tag?: number; channels?: number; rate?: number; bits?: number }) => {
  const { tag = 1, channels = 1, rate = 8000, bits = 16 } = coding;
  const block = (channels * bits) / 8;
  return [...u16(tag), ...u16(channels), ...u32(rate), ...u32(rate * block), ...u16(block), ...u16(bits)];
};

describe("reading", () => {
  test("what was written comes back, mono and stereo", () => {
    const channels = [Int16Array.of(1, -2, 32_767, -32_768), Int16Array.of(5, 6, 7, 8)];
    expect(parseWav(encodeWav({ sampleRate: 16_000, channels }))).toEqual({ sampleRate: 16_000, channels });
    const mono = { sampleRate: 8000, channels: [Int16Array.of(0, 258, -1)] };
    expect([...encodeWav(mono)]).toEqual([...riff(chunk("fmt ", format({})), chunk("data", [0, 0, 2, 1, 255, 255]))]);
    expect(parseWav(encodeWav(mono))).toEqual(mono);
  });

  test("chunks in any order, unknown ones and odd sizes are read", () => {
    const file = riff(
      chunk("LIST", [1, 2, 3]),
      chunk("data", [...u16(7), ...u16(8)]),
      chunk("fact", u32(2)),
      chunk("fmt ", [...format({ rate: 11_025 }), 0, 0]),
    );
    expect(parseWav(file)).toEqual({ sampleRate: 11_025, channels: [Int16Array.of(7, 8)] });
  });

  test("8-bit PCM, µ-law stereo, A-law and the extensible form are read", () => {
    const eight = riff(chunk("fmt ", format({ bits: 8 })), chunk("data", [128, 255, 0]));
    expect([...(parseWav(eight).channels[0] ?? [])]).toEqual([0, 32_512, -32_768]);
    const mulaw = [...encodeMulaw(Int16Array.of(1000, -1000))];
    const stereo = riff(chunk("fmt ", format({ tag: 7, bits: 8, channels: 2 })), chunk("data", mulaw));
    expect(parseWav(stereo).channels.map((lane) => [...lane])).toEqual([[988], [-988]]);
    const alaw = riff(chunk("fmt ", format({ tag: 6, bits: 8 })), chunk("data", [0xd5, 0x2a]));
    expect([...(parseWav(alaw).channels[0] ?? [])]).toEqual([8, -32_256]);
    const extensible = [...format({ tag: 0xfffe }), ...u16(22), ...u16(16), ...u32(4), ...u16(1), ...Array(14).fill(0)];
    expect([...(parseWav(riff(chunk("fmt ", extensible), chunk("data", u16(9)))).channels[0] ?? [])]).toEqual([9]);
  });

  test("a data chunk of unknown or wrong length is read to the end, whole samples only", () => {
    for (const claimed of [0, 0xffff_ffff, 5000]) {
      const file = riff(chunk("fmt ", format({ channels: 2 })), chunk("data", [1, 0, 2, 0, 3, 0], claimed));
      expect(parseWav(file).channels.map((lane) => [...lane])).toEqual([[1], [2]]);
    }
  });

  test.each([
    ["RIFF", new Uint8Array(5)],
    ["RIFF", Uint8Array.from(ascii("OggS and more than twelve bytes"))],
    ["no fmt chunk", riff(chunk("data", [1, 2]))],
    ["no data chunk", riff(chunk("fmt ", format({})))],
    ["cut short", riff(chunk("fmt ", [1, 0]), chunk("data", [1, 2]))],
    ["6 channels", riff(chunk("fmt ", format({ channels: 6 })), chunk("data", [1, 2]))],
    ["24 bits", riff(chunk("fmt ", format({ bits: 24 })), chunk("data", [1, 2, 3]))],
    ["coding 3", riff(chunk("fmt ", format({ tag: 3, bits: 32 })), chunk("data", [1, 2, 3, 4]))],
    ["0 Hz", riff(chunk("fmt ", format({ rate: 0 })), chunk("data", [1, 2]))],
  ])("says what is wrong: %s", (words, file) => {
    expect(() => parseWav(file)).toThrow(WavError);
    expect(() => parseWav(file)).toThrow(words);
  });

  test("no bytes whatever make it do anything but answer or throw WavError", () => {
    const valid = encodeWav({ sampleRate: 8000, channels: [Int16Array.of(1, 2, 3, 4)] });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255))), fc.nat(valid.length), (edits, length) => {
        const file = valid.slice(0, length);
        for (const [at, value] of edits) if (at < file.length) file[at] = value;
        try {
          parseWav(file);
        } catch (error) {
          expect(error).toBeInstanceOf(WavError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a file that grows", () => {
  const lanes = { sampleRate: 16_000, channelCount: 2 };
  const died = (dataBytes: number) =>
    Uint8Array.from([...wavHeader({ ...lanes, dataBytes: 0 }), ...Array(dataBytes).fill(1)]);

  test("is repaired to its last whole sample of both lanes", () => {
    const file = died(11);
    const repair = repairWavHeader({ header: file.subarray(0, WAV_HEADER_BYTES), fileBytes: file.length });
    expect(repair?.fileBytes).toBe(WAV_HEADER_BYTES + 8);
    expect(repair?.header).toEqual(wavHeader({ ...lanes, dataBytes: 8 }));
    file.set(repair?.header ?? []);
    expect(parseWav(file.subarray(0, repair?.fileBytes)).channels.map((lane) => lane.length)).toEqual([2, 2]);
  });

  test("is left alone where its header is right", () => {
    const file = encodeWav({ sampleRate: 16_000, channels: [Int16Array.of(1, 2)] });
    expect(repairWavHeader({ header: file, fileBytes: file.length })).toBeUndefined();
    expect(repairWavHeader({ header: died(0), fileBytes: WAV_HEADER_BYTES })).toBeUndefined();
  });

  test("of another kind is refused", () => {
    expect(() => repairWavHeader({ header: new Uint8Array(44), fileBytes: 100 })).toThrow(WavError);
    expect(() => repairWavHeader({ header: died(0).subarray(0, 20), fileBytes: 20 })).toThrow(WavError);
  });
});
