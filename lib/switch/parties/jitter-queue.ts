import type { PhoneFrame } from "@/lib/contract/softphone";

/** Frames of 20 ms: 40–60 ms wait before the first one is played, and after every gap. */
const START_FRAMES = 2;
const WANTED_FRAMES = 3;
/** More than 200 ms are never kept: the oldest go. */
const MAX_FRAMES = 10;
/** A second in which more than wanted was always there: the other clock is faster, and what is spare goes. */
const WINDOW_FRAMES = 50;
/** A sequence so far ahead (2 s) is a sender that counts anew. */
const JUMP_FRAMES = 100;

export type JitterCounts = { played: number; lost: number; late: number; dropped: number };

/**
 * Puts frames back into order and evens out when they come: one is taken every 20 ms. What is missing when its turn comes is
 * lost; what comes after its turn is late. Bounded, whatever the sender does.
 */
export class JitterQueue {
  readonly counts: JitterCounts = { played: 0, lost: 0, late: 0, dropped: 0 };
  readonly #frames = new Map<number, Int16Array>();
  #next: number | null = null;
  #isPlaying = false;
  #windowAt = 0;
  #leastInWindow = Number.POSITIVE_INFINITY;

  push({ sequence, samples }: PhoneFrame): void {
    if (this.#next !== null && Math.abs(sequence - this.#next) > JUMP_FRAMES) this.reset();
    if (this.#next !== null && sequence < this.#next) {
      this.counts.late += 1;
      return;
    }
    this.#frames.set(sequence, samples);
    if (this.#frames.size > MAX_FRAMES) this.#dropTo(WANTED_FRAMES);
  }

  /** @returns the next 20 ms; null: silence. */
  take(): Int16Array | null {
    if (!this.#isPlaying && this.#frames.size < START_FRAMES) return null;
    this.#isPlaying = this.#frames.size > 0;
    if (!this.#isPlaying) return null;
    this.#followClock();
    const next = this.#next ?? Math.min(...this.#frames.keys());
    const samples = this.#frames.get(next) ?? null;
    this.#frames.delete(next);
    this.#next = next + 1;
    this.counts[samples ? "played" : "lost"] += 1;
    return samples;
  }

  /** A sender that counts anew. What waits is thrown away. */
  reset(): void {
    this.#frames.clear();
    this.#next = null;
    this.#isPlaying = false;
    this.#startWindow();
  }

  #followClock(): void {
    this.#leastInWindow = Math.min(this.#leastInWindow, this.#frames.size);
    this.#windowAt += 1;
    if (this.#windowAt < WINDOW_FRAMES) return;
    const spare = this.#leastInWindow - WANTED_FRAMES;
    if (spare > 0) this.#dropTo(this.#frames.size - spare);
    this.#startWindow();
  }

  #startWindow(): void {
    this.#windowAt = 0;
    this.#leastInWindow = Number.POSITIVE_INFINITY;
  }

  #dropTo(size: number): void {
    const oldest = [...this.#frames.keys()].sort((a, b) => a - b);
    for (const sequence of oldest.slice(0, Math.max(0, oldest.length - size))) {
      this.#frames.delete(sequence);
      this.counts.dropped += 1;
      this.#next = sequence + 1;
    }
  }
}
