import { z } from "zod";
import { sine, toneAmplitude } from "@/lib/audio/goertzel";
import { FRAME_MS } from "@/lib/contract/audio-frame";

/**
 * A mark is a burst of 8 ms in silence. Its pitch is its code, so that a late mark is not taken for the next one. It begins
 * anywhere in the frame that carries it: where another part of the way cuts frames at other places, the mean is still right.
 * Its time at the far end is that of the frame with its first loud sample; a burst begins at full slope, within 0.2 ms.
 */
const MARK_MS = 8;
/** Multiples of 1 / MARK_MS = 125 Hz are orthogonal over a mark; all pass the telephone's 3.4 kHz. */
const PITCHES_HZ = [500, 750, 1_000, 1_250, 1_500, 1_750, 2_000, 2_250] as const;
const AMPLITUDE = 0.5;
/** A fifth of a mark: far above what codecs and resamplers leave around it. */
const LOUD = 0.1 * 32_768;
/** No mark begins so soon after another. */
const DEAF_MS = 20;
/** Later than this a mark counts as lost: sooner than its code comes again. */
export const LOST_AFTER_MS = 150;
/** Between two marks of one party. */
const MARK_PAUSE_MS = { least: 40, most: 80 } as const;

export const timedMarkSchema = z.object({ extension: z.number(), code: z.number(), at: z.number() });
/** `extension` is the phone that says or hears it; `at` is `monotonicMs`. */
export type TimedMark = z.infer<typeof timedMarkSchema>;

/** Milliseconds of the machine's monotonic clock, the same in all its processes. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function pauseUntilNextMark(): number {
  const { least, most } = MARK_PAUSE_MS;
  return least + Math.random() * (most - least);
}

const CLIP_FRAMES = 3;
export const CLIP_MS = CLIP_FRAMES * FRAME_MS;

/** @returns a clip as frames: silence, and a mark at a random place of the first one. */
export function markedClip(options: { code: number; sampleRate: number }): Int16Array[] {
  const frame = markedFrame(options);
  return [frame, ...Array.from({ length: CLIP_FRAMES - 1 }, () => new Int16Array(frame.length))];
}

/** @returns one frame of silence with a mark at a random place. */
export function markedFrame(options: { code: number; sampleRate: number }): Int16Array {
  const { code, sampleRate } = options;
  const frame = new Int16Array((sampleRate * FRAME_MS) / 1000);
  const frequency = PITCHES_HZ[code % PITCHES_HZ.length] ?? 0;
  const burst = sine({ frequency, sampleRate, durationMs: MARK_MS, amplitude: AMPLITUDE });
  frame.set(burst, Math.floor(Math.random() * (frame.length - burst.length)));
  return frame;
}

/** Finds marks in the stream that one phone, or one tap, gets. */
export class MarkFinder {
  readonly #mark: Int16Array;
  readonly #deafSamples: number;
  #collected = 0;
  #skip = 0;
  #at = 0;

  constructor(private readonly options: { sampleRate: number; found: (mark: { code: number; at: number }) => void }) {
    this.#mark = new Int16Array((options.sampleRate * MARK_MS) / 1000);
    this.#deafSamples = (options.sampleRate * DEAF_MS) / 1000;
  }

  /** The next samples, which came `at`. */
  push(samples: Int16Array, { at }: { at: number }): void {
    for (let index = 0; index < samples.length; index++) {
      if (this.#skip > 0) {
        this.#skip -= 1;
        continue;
      }
      const sample = samples[index] ?? 0;
      if (this.#collected === 0) {
        if (sample < LOUD && sample > -LOUD) continue;
        this.#at = at;
      }
      this.#mark[this.#collected++] = sample;
      if (this.#collected === this.#mark.length) this.#finish();
    }
  }

  #finish(): void {
    this.#collected = 0;
    this.#skip = this.#deafSamples;
    const { sampleRate, found } = this.options;
    const amplitudes = PITCHES_HZ.map((frequency) => toneAmplitude(this.#mark, { frequency, sampleRate }));
    found({ code: amplitudes.indexOf(Math.max(...amplitudes)), at: this.#at });
  }
}

/** @returns how long each mark took, by the phone it belongs to, and how many never came. */
export function matchMarks(marks: { sent: readonly TimedMark[]; heard: readonly TimedMark[] }): {
  latencies: { extension: number; ms: number }[];
  lost: number;
} {
  const nameOf = ({ extension, code }: TimedMark) => `${extension}/${code}`;
  const heard = new Map<string, number[]>();
  for (const mark of marks.heard) heard.set(nameOf(mark), [...(heard.get(nameOf(mark)) ?? []), mark.at]);
  const latencies = marks.sent.flatMap((mark) => {
    const at = heard.get(nameOf(mark))?.find((time) => time >= mark.at && time < mark.at + LOST_AFTER_MS);
    return at === undefined ? [] : [{ extension: mark.extension, ms: at - mark.at }];
  });
  return { latencies, lost: marks.sent.length - latencies.length };
}

export const CODES = PITCHES_HZ.length;
