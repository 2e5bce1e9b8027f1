import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";

/** Cuts a stream of samples of any chunk size into frames of `frameSamples` (default 20 ms at 16 kHz). */
export class FrameSplitter {
  readonly frameSamples: number;
  #rest: Int16Array;
  #held = 0;

  constructor(options: { frameSamples?: number } = {}) {
    this.frameSamples = options.frameSamples ?? FRAME_SAMPLES;
    if (!Number.isInteger(this.frameSamples) || this.frameSamples < 1)
      throw new RangeError(`frameSamples must be a positive integer, not ${this.frameSamples}`);
    this.#rest = new Int16Array(this.frameSamples);
  }

  /** Samples that wait for the rest of their frame. */
  get pending(): number {
    return this.#held;
  }

  /** @returns the frames completed by `samples`; each has its own buffer. */
  push(samples: Int16Array): Int16Array[] {
    const frames: Int16Array[] = [];
    let at = 0;
    while (at < samples.length) {
      const take = Math.min(this.frameSamples - this.#held, samples.length - at);
      this.#rest.set(samples.subarray(at, at + take), this.#held);
      this.#held += take;
      at += take;
      if (this.#held < this.frameSamples) break;
      frames.push(this.#rest);
      this.#rest = new Int16Array(this.frameSamples);
      this.#held = 0;
    }
    return frames;
  }

  /** @returns the unfinished frame filled up with silence, or undefined where nothing waits. Starts afresh. */
  flush(): Int16Array | undefined {
    if (this.#held === 0) return undefined;
    const frame = this.#rest;
    this.#rest = new Int16Array(this.frameSamples);
    this.#held = 0;
    return frame;
  }
}

/** @returns all of `samples` as frames, the last one filled up with silence. */
export function toFrames(samples: Int16Array, options: { frameSamples?: number } = {}): Int16Array[] {
  const splitter = new FrameSplitter(options);
  const frames = splitter.push(samples);
  const last = splitter.flush();
  return last ? [...frames, last] : frames;
}

/** @returns the chunks one after another in one buffer. */
export function concatSamples(chunks: readonly Int16Array[]): Int16Array {
  const joined = new Int16Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

/** @returns s16le bytes as samples, in a buffer of their own. @throws RangeError for an odd number of bytes. */
export function samplesFromBytes(bytes: Uint8Array): Int16Array {
  if (bytes.byteLength % 2 !== 0) throw new RangeError(`16-bit audio cannot have ${bytes.byteLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Int16Array(bytes.byteLength / 2);
  for (let at = 0; at < samples.length; at++) samples[at] = view.getInt16(at * 2, true);
  return samples;
}

/** @returns the samples as s16le bytes, in a buffer of their own. */
export function bytesFromSamples(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < samples.length; at++) view.setInt16(at * 2, samples[at] ?? 0, true);
  return bytes;
}
