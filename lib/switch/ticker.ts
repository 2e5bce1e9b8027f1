import { FRAME_MS } from "@/lib/contract/audio-frame";
import type { Clock } from "@/lib/platform/clock";

/** A stall up to this long is caught up frame by frame; a longer one (a suspended machine) is let go. */
const MAX_CATCH_UP_MS = 10_000;

/** Milliseconds since the epoch that never jump: the wall clock at start plus the monotonic clock. */
export const monotonicClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Calls `tick` every 20 ms on an absolute schedule: tick n is due at start + n × 20 ms, so lateness never adds up, and ticks
 * missed in a stall follow at once.
 */
export class Ticker {
  #due = 0;
  #cancel: (() => void) | null = null;

  constructor(
    private readonly tick: () => void,
    private readonly deps: { clock: Clock },
  ) {}

  start(): void {
    if (this.#cancel) return;
    this.#due = this.deps.clock.now() + FRAME_MS;
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(): void {
    this.#cancel = this.deps.clock.after(Math.max(0, this.#due - this.deps.clock.now()), () => this.#run());
  }

  #run(): void {
    const now = this.deps.clock.now();
    if (now - this.#due > MAX_CATCH_UP_MS) this.#due = now;
    while (this.#cancel && this.#due <= now) {
      this.#due += FRAME_MS;
      this.tick();
    }
    if (this.#cancel) this.#schedule();
  }
}
