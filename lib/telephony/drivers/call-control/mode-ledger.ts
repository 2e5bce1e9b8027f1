import type { Mode } from "@/lib/contract/call";
import type { Clock } from "@/lib/platform/clock";
import { ECHO_WINDOW_MS } from "./options";

/**
 * The confirmed mode, from two tellers. An own change is told by its result (media) and again by an event (control), over
 * two sockets with no order between them. Until the event of an own change has come, control tells what media already
 * outran; believing it would put an old mode back for a moment.
 */
export class ModeLedger {
  #mode: Mode | null = null;
  /** Own changes known from media whose event has not come yet, oldest first. */
  #ahead: { mode: Mode; until: number }[] = [];

  constructor(private readonly clock: Clock) {}

  get mode(): Mode | null {
    return this.#mode;
  }

  /** Media's word, on a command's result. */
  confirm(mode: Mode | null): void {
    if (mode !== null && mode !== this.#mode) this.#ahead.push({ mode, until: this.clock.now() + ECHO_WINDOW_MS });
    this.#mode = mode;
  }

  /** Control's word. */
  hear(mode: Mode): void {
    const now = this.clock.now();
    this.#ahead = this.#ahead.filter((own) => own.until > now);
    if (this.#ahead.length === 0) this.#mode = mode;
    else if (this.#ahead[0]?.mode === mode) this.#ahead.shift();
  }

  /** The whole truth, on a resume or resync; null: nothing is known any more. */
  reset(mode: Mode | null): void {
    this.#mode = mode;
    this.#ahead = [];
  }
}
