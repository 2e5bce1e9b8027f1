import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Pacing } from "./outbound-pacing";
import type { OutboundQueue } from "./outbound-queue";

/** How far a sender may be ahead of the queue's other end: a round trip and what a network piles up, no more. */
export const LIVE_CREDIT_MS = 400;
/** Waits before the first sample and after a gap, 16 kHz: the jitter of a good network. */
export const LIVE_START_SAMPLES = (SAMPLE_RATE * 40) / 1000;
export const LIVE_MOST_SAMPLES = (SAMPLE_RATE * 120) / 1000;
/** What has waited so long is played, however little it is (frames of 20 ms). */
const START_FRAMES = 2;
/** A voice that brings nothing for 5 s is over. */
const SILENT_FRAMES = 250;

/** A person's voice is played as it comes: a small queue, short credit, and delay is thrown away instead of kept. */
export class LivePacing implements Pacing {
  readonly announced = null;
  readonly starvedCode = null;
  readonly #credit: number;
  /** In a gap, or before the first sample. */
  #isWaiting = true;
  #waited = 0;
  #silent = 0;

  constructor({ sampleRate }: { sampleRate: number }) {
    this.#credit = (sampleRate * LIVE_CREDIT_MS) / 1000;
  }

  grant({ granted, gone }: { granted: number; gone: number }): number {
    const samples = gone + this.#credit - granted;
    return samples >= this.#credit / 4 ? samples : 0;
  }

  arrived(queue: OutboundQueue): void {
    this.#silent = 0;
    if (queue.length > LIVE_MOST_SAMPLES) queue.discard(queue.length - LIVE_START_SAMPLES);
  }

  next(queue: OutboundQueue, { isEnded }: { isEnded: boolean }): "play" | "wait" | "starved" {
    this.#silent += 1;
    if (isEnded) return "play";
    if (this.#isWaiting) this.#waited = queue.length > 0 ? this.#waited + 1 : 0;
    const isEnough = this.#isWaiting
      ? queue.length >= LIVE_START_SAMPLES || this.#waited > START_FRAMES
      : queue.length >= FRAME_SAMPLES;
    this.#isWaiting = !isEnough;
    if (isEnough) {
      this.#waited = 0;
      return "play";
    }
    return this.#silent > SILENT_FRAMES ? "starved" : "wait";
  }
}
