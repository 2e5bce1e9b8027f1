import type { Clock } from "@/lib/platform/clock";

const LOOK_MS = 500;
/** The server says every two seconds that it lives. */
const DOUBTED_LOOKS = 6;
const DEAD_LOOKS = 10;

export type SilenceWatchDeps = {
  clock: Clock;
  /** Nothing has come for three seconds, and again at every look. */
  onDoubt: () => void;
  /** Nothing has come for five seconds. */
  onDead: () => void;
};

/**
 * Notices a connection that died without a word; Engine.IO's own heartbeat takes up to 45 s for that. It counts looks, not the
 * clock's time: where the machine slept or stood still, what waits is read before a connection is given up.
 */
export class SilenceWatch {
  #looks = 0;
  #cancel: (() => void) | null = null;

  constructor(private readonly deps: SilenceWatchDeps) {}

  start(): void {
    this.#looks = 0;
    this.#cancel?.();
    this.#plan();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Something came, whatever it was. */
  heard(): void {
    this.#looks = 0;
  }

  #plan(): void {
    this.#cancel = this.deps.clock.after(LOOK_MS, () => {
      this.#plan();
      this.#looks += 1;
      if (this.#looks >= DEAD_LOOKS) {
        this.stop();
        this.deps.onDead();
      } else if (this.#looks >= DOUBTED_LOOKS) this.deps.onDoubt();
    });
  }
}
