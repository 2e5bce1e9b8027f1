import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import { type Advice, type Advisor, adviceSchema, type CallPicture } from "./advisor";
import type { FailureLog } from "./failure-log";

type Desk = { advisor: Advisor; busy: boolean; again: boolean; lastAt: number; cancelLater: (() => void) | null };
type Deps = {
  callId: CallId;
  advisors: readonly Advisor[];
  /** Null while the call cannot be coached: then nobody is asked, and answers are thrown away. */
  picture: () => CallPicture | null;
  onAdvice: (answer: { advisor: Advisor; advice: Advice[] }) => Promise<void>;
  clock: Clock;
  failures: FailureLog;
};

/**
 * Asks several advisors about one call. Each has a desk of its own: a slow one holds nobody back, is never asked twice at
 * once, and what happens meanwhile becomes one further question. A failure is logged and costs only that answer.
 */
export class CombinedAdvisor {
  readonly #desks: Desk[];
  readonly #abort = new AbortController();

  constructor(private readonly deps: Deps) {
    this.#desks = deps.advisors.map((advisor) => ({
      advisor,
      busy: false,
      again: false,
      lastAt: Number.NEGATIVE_INFINITY,
      cancelLater: null,
    }));
  }

  ask(occasion: Advisor["wakesOn"]): void {
    for (const desk of this.#desks) if (occasion === "words" || desk.advisor.wakesOn === "talk") this.#wake(desk);
  }

  stop(): void {
    this.#abort.abort();
    for (const desk of this.#desks) desk.cancelLater?.();
  }

  #wake(desk: Desk): void {
    if (this.#abort.signal.aborted || desk.cancelLater) return;
    if (desk.busy) {
      desk.again = true;
      return;
    }
    const waitMs = desk.lastAt + desk.advisor.minIntervalMs - this.deps.clock.now();
    if (waitMs <= 0) void this.#question(desk);
    else
      desk.cancelLater = this.deps.clock.after(waitMs, () => {
        desk.cancelLater = null;
        void this.#question(desk);
      });
  }

  /** Never rejects. */
  async #question(desk: Desk): Promise<void> {
    const picture = this.deps.picture();
    if (!picture || this.#abort.signal.aborted) return;
    desk.busy = true;
    desk.lastAt = this.deps.clock.now();
    try {
      const answer = await desk.advisor.advise(picture, this.#abort.signal);
      if (this.deps.picture() && !this.#abort.signal.aborted)
        await this.deps.onAdvice({ advisor: desk.advisor, advice: this.#valid(desk.advisor, answer) });
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failed(desk.advisor, error);
    }
    desk.busy = false;
    if (!desk.again) return;
    desk.again = false;
    this.#wake(desk);
  }

  #valid(advisor: Advisor, answer: Advice[]): Advice[] {
    return answer.flatMap((advice) => {
      const parsed = adviceSchema.safeParse(advice);
      if (parsed.success) return [parsed.data];
      this.#failed(advisor, parsed.error);
      return [];
    });
  }

  #failed(advisor: Advisor, error: unknown): void {
    this.deps.failures.warn({
      key: `advisor:${advisor.name}`,
      error,
      message: "advisor failed",
      fields: { advisor: advisor.name, callId: this.deps.callId },
    });
  }
}
