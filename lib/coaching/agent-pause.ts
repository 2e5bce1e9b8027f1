import type { Clock } from "@/lib/platform/clock";
import type { CoachingSettings } from "./constants";

type Waiter = () => void;

/** Moments in which the agent can listen: gaps in their speech, as voice activity tells them. Never heard counts as silent. */
export class AgentPause {
  #speaking = false;
  #holding = false;
  #silentSince = Number.NEGATIVE_INFINITY;
  #cancelCheck: (() => void) | null = null;
  readonly #waiters = new Set<Waiter>();

  constructor(
    private readonly deps: { clock: Clock; settings: Pick<CoachingSettings, "pauseMs" | "maxPauseWaitMs"> },
  ) {}

  get isOpen(): boolean {
    if (this.#speaking || this.#holding) return false;
    return this.deps.clock.now() - this.#silentSince >= this.deps.settings.pauseMs;
  }

  started(): void {
    this.#speaking = true;
    this.#cancelCheck?.();
    this.#cancelCheck = null;
  }

  /** The gap is counted from when we learn of it: voice activity itself waits before it calls a silence one. */
  ended(): void {
    this.#speaking = false;
    this.#silentSince = this.deps.clock.now();
    this.#checkLater();
  }

  /** A phone that holds the call hears nobody, however long that takes. */
  held(isHolding: boolean): void {
    this.#holding = isHolding;
    if (!isHolding) this.#checkLater();
  }

  /** Resolves in the next gap, after the longest wait, or when aborted; never rejects. */
  wait(signal: AbortSignal): Promise<void> {
    if (this.isOpen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener("abort", done);
        this.#waiters.delete(done);
        resolve();
      };
      const waitOnce = () => this.deps.clock.after(this.deps.settings.maxPauseWaitMs, limit);
      // Speech can be spoken over; a phone on hold cannot, so that is waited out, and then as long for a gap as before.
      const limit = () => {
        if (this.#holding) cancel = waitOnce();
        else done();
      };
      let cancel = waitOnce();
      signal.addEventListener("abort", done);
      this.#waiters.add(done);
      if (!this.#speaking) this.#checkLater();
    });
  }

  #checkLater(): void {
    this.#cancelCheck?.();
    const { clock, settings } = this.deps;
    this.#cancelCheck = clock.after(Math.max(0, this.#silentSince + settings.pauseMs - clock.now()), () => {
      this.#cancelCheck = null;
      if (this.isOpen) for (const done of [...this.#waiters]) done();
    });
  }
}
