import { decodeAlaw, decodeMulaw } from "./g711";
import { interleave } from "./mix";

/** RIFF/WAVE as in Microsoft's "Multimedia Programming Interface and Data Specifications 1.0" and RFC 2361. */
export type Wav = {
  /** Hz. */
  sampleRate: number;
  /** One array a channel, all of the same length. */
  channels: Int16Array[];
};

/** A file that is not audio we can read; the message says what is wrong with it. */
export class WavError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WavError";
  }
}

/** Bytes before the samples in what `encodeWav` and `wavHeader` write. */
export const WAV_HEADER_BYTES = 44;

type Coding = { tag: number; channelCount: number; sampleRate: number; bits: number };

const PCM = 1;
const ALAW = 6;
const MULAW = 7;
const EXTENSIBLE = 0xfffe;
const MAX_CHANNELS = 2;

/**
 * Reads 8- and 16-bit PCM, µ-law and A-law, mono or stereo, chunks in any order. A data chunk that claims more than there
 * is (a writer that died, a stream of unknown length) is read to the end of the file.
 * @throws WavError
 */
export function parseWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE")
    throw new WavError("not a WAV file: it does not begin with RIFF and WAVE");
  let coding: Coding | undefined;
  let data: Uint8Array | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const claimed = view.getUint32(at + 4, true);
    const body = at + 8;
    const end = Math.min(bytes.length, body + claimed);
    if (tag(view, at) === "fmt " && !coding) coding = parseCoding(view, { body, end });
    // 0 is what a growing file carries until its header is written for good.
    else if (tag(view, at) === "data" && !data) data = bytes.subarray(body, claimed === 0 ? bytes.length : end);
    if (coding && data) break;
    at = body + claimed + (claimed % 2);
  }
  if (!coding) throw new WavError("the WAV file has no fmt chunk: its coding is unknown");
  if (!data) throw new WavError("the WAV file has no data chunk: it holds no audio");
  return { sampleRate: coding.sampleRate, channels: separate(decode(data, coding), coding.channelCount) };
}

function parseCoding(view: DataView, { body, end }: { body: number; end: number }): Coding {
  if (end - body < 16) throw new WavError(`the fmt chunk is cut short at ${end - body} bytes`);
  const given = view.getUint16(body, true);
  if (given === EXTENSIBLE && end - body < 26) throw new WavError("the extensible fmt chunk is cut short");
  const coding = {
    tag: given === EXTENSIBLE ? view.getUint16(body + 24, true) : given,
    channelCount: view.getUint16(body + 2, true),
    sampleRate: view.getUint32(body + 4, true),
    bits: view.getUint16(body + 14, true),
  };
  if (coding.channelCount < 1 || coding.channelCount > MAX_CHANNELS)
    throw new WavError(`${coding.channelCount} channels; only mono and stereo can be read`);
  if (coding.sampleRate < 1000 || coding.sampleRate > 384_000)
    throw new WavError(`a sample rate of ${coding.sampleRate} Hz cannot be right`);
  const readable = coding.tag === PCM ? [8, 16] : coding.tag === ALAW || coding.tag === MULAW ? [8] : [];
  if (!readable.includes(coding.bits))
    throw new WavError(`coding ${coding.tag} with ${coding.bits} bits; readable are PCM 8/16 bit, A-law and µ-law`);
  return coding;
}

function decode(data: Uint8Array, coding: Coding): Int16Array {
  const frameBytes = (coding.channelCount * coding.bits) / 8;
  const whole = data.subarray(0, data.length - (data.length % frameBytes));
  if (coding.tag === MULAW) return decodeMulaw(whole);
  if (coding.tag === ALAW) return decodeAlaw(whole);
  if (coding.bits === 8) return Int16Array.from(whole, (byte) => (byte - 128) * 256);
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  return Int16Array.from({ length: whole.length / 2 }, (_, at) => view.getInt16(at * 2, true));
}

function separate(woven: Int16Array, count: number): Int16Array[] {
  if (count === 1) return [woven];
  return Array.from({ length: count }, (_, lane) =>
    Int16Array.from({ length: woven.length / count }, (_, at) => woven[at * count + lane] ?? 0),
  );
}

/** @returns a 16-bit PCM file; shorter channels end in silence. */
export function encodeWav(wav: Wav): Uint8Array {
  const samples = interleave(wav.channels);
  const file = new Uint8Array(WAV_HEADER_BYTES + samples.length * 2);
  file.set(wavHeader({ sampleRate: wav.sampleRate, channelCount: wav.channels.length, dataBytes: samples.length * 2 }));
  const view = new DataView(file.buffer);
  for (let at = 0; at < samples.length; at++) view.setInt16(WAV_HEADER_BYTES + at * 2, samples[at] ?? 0, true);
  return file;
}

/** @returns the header of a 16-bit PCM file; write it with `dataBytes` 0 first where the file grows. */
export function wavHeader(options: { sampleRate: number; channelCount: number; dataBytes: number }): Uint8Array {
  const { sampleRate, channelCount, dataBytes } = options;
  const header = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(header.buffer);
  const ascii = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
  ascii(0, "RIFF");
  view.setUint32(4, Math.min(0xffff_ffff, WAV_HEADER_BYTES - 8 + dataBytes), true);
  ascii(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, channelCount, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channelCount * 2, true);
  view.setUint16(32, channelCount * 2, true);
  view.setUint16(34, 16, true);
  ascii(36, "data");
  view.setUint32(40, Math.min(0xffff_ffff, dataBytes), true);
  return header;
}

/**
 * For a file whose writer died: `header` are its first WAV_HEADER_BYTES as `wavHeader` made them, `fileBytes` its size.
 * @returns the header that fits (write it over the old one) and the size to cut the file to, at a whole sample of every
 * channel; undefined where the header is already right. @throws WavError where the header is not ours.
 */
export function repairWavHeader(options: {
  header: Uint8Array;
  fileBytes: number;
}): { header: Uint8Array; fileBytes: number } | undefined {
  const { header, fileBytes } = options;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const ours = header.length >= WAV_HEADER_BYTES && tag(view, 0) === "RIFF" && tag(view, 36) === "data";
  if (!ours || fileBytes < WAV_HEADER_BYTES) throw new WavError("the file does not begin with a header of ours");
  const { channelCount, sampleRate, bits } = parseCoding(view, { body: 20, end: 36 });
  if (bits !== 16) throw new WavError(`the file has ${bits} bits a sample, ours have 16`);
  const available = fileBytes - WAV_HEADER_BYTES;
  const dataBytes = available - (available % (channelCount * 2));
  if (view.getUint32(40, true) === dataBytes && available === dataBytes) return undefined;
  return {
    header: wavHeader({ sampleRate, channelCount, dataBytes }),
    fileBytes: WAV_HEADER_BYTES + dataBytes,
  };
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
