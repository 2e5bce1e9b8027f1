import type { Actor, Monitoring } from "@/lib/contract/call";
import type { CallLine } from "./line";

/** Whether a call is within reach of its gateway, and who waits for that. */
export class Reach {
  #monitoring: Monitoring = "monitored";
  readonly #waiters = new Set<() => void>();

  constructor(private readonly line: Pick<CallLine, "callId" | "publish" | "over" | "deps">) {}

  get monitoring(): Monitoring {
    return this.#monitoring;
  }

  /** What is known already is not published again. */
  change(change: { monitoring: Monitoring; by: Actor; detail: string | null }): void {
    if (change.monitoring === this.#monitoring) return;
    this.#monitoring = change.monitoring;
    this.line.publish({ type: "call.monitoring_changed", callId: this.line.callId, ...change });
    if (change.monitoring === "monitored") for (const wake of this.#waiters) wake();
  }

  /** Resolves once the call is within reach, or over, at the latest after `limitMs`. */
  untilMonitored(limitMs: number): Promise<void> {
    if (this.#monitoring !== "lost") return Promise.resolve();
    const { over, deps } = this.line;
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#waiters.delete(wake);
        over.removeEventListener("abort", wake);
        resolve();
      };
      const cancel = deps.clock.after(limitMs, wake);
      this.#waiters.add(wake);
      over.addEventListener("abort", wake, { once: true });
    });
  }
}
