import { FakeClock } from "@/lib/platform/clock";

/** A clock that can be set back, as NTP does it; its timers run on, as a computer's do. */
export class SteppedClock extends FakeClock {
  #offsetMs = 0;

  override now(): number {
    return super.now() - this.#offsetMs;
  }

  setBack(ms: number): void {
    this.#offsetMs += ms;
  }
}
