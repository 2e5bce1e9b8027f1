import type { Clock } from "@/lib/platform/clock";
import type { CallSpec, RingFailure } from "./call-spec";

const DEFAULT_RING_MS = 2000;

type Outcome = { pickedUp: () => void; failed: (why: RingFailure | "timeout") => void };

/** The callee's phone, attempt by attempt: its own decision, or for a scripted callee the spec's. */
export class Ringing {
  #attempts = 0;
  #cancel: ((why: "timeout" | "ended") => void) | null = null;

  constructor(
    private readonly spec: Pick<CallSpec, "ringer" | "ringMs" | "answers">,
    private readonly deps: { clock: Clock },
  ) {}

  /** Rings at most `ringTimeMs`; exactly one outcome is told, unless `stop` comes first. */
  start(ringTimeMs: number, outcome: Outcome): void {
    this.#attempts += 1;
    const { clock } = this.deps;
    const settle = (tell: () => void) => {
      if (!this.#cancel) return;
      this.#cancel = null;
      tell();
    };
    const after = this.#decide(ringTimeMs);
    let stopPhone: (why: "timeout" | "ended") => void = () => undefined;
    const cancelTimer = clock.after(after?.ms ?? ringTimeMs, () =>
      settle(() => {
        stopPhone("timeout");
        if (after?.picksUp) outcome.pickedUp();
        else outcome.failed("timeout");
      }),
    );
    this.#cancel = (why) => {
      cancelTimer();
      stopPhone(why);
    };
    const { ringer } = this.spec;
    if (!ringer) return;
    stopPhone = ringer.ring({
      pickedUp: () => settle(() => this.#then(cancelTimer, outcome.pickedUp)),
      failed: (why) => settle(() => this.#then(cancelTimer, () => outcome.failed(why))),
    });
  }

  /** The call is over, or somebody else decides. */
  stop(): void {
    const cancel = this.#cancel;
    this.#cancel = null;
    cancel?.("ended");
  }

  #then(cancelTimer: () => void, tell: () => void): void {
    cancelTimer();
    tell();
  }

  /** @returns when a scripted callee picks up, or that it does not; null: a phone decides. */
  #decide(ringTimeMs: number): { ms: number; picksUp: boolean } | null {
    const { ringer, ringMs = DEFAULT_RING_MS, answers = true } = this.spec;
    if (ringer) return null;
    const wants = typeof answers === "function" ? answers(this.#attempts) : answers;
    const picksUp = wants && ringMs <= ringTimeMs;
    return { ms: picksUp ? ringMs : ringTimeMs, picksUp };
  }
}
