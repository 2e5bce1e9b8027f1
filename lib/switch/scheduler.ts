import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { CallSpec, PlacedCall } from "./call-spec";
import type { Random } from "./random";

/** Between the first calls, and between the end of a call and the next one in its place. */
const STAGGER_MS = { from: 3000, to: 8000 };
const PAUSE_MS = { from: 3000, to: 9000 };
const RETRY_MS = 500;

/** A call that could be placed now. */
export type Offer = { extension: string; prepare: () => Promise<CallSpec> };

/** Where calls come from. `exhausted`: there will be none any more. */
export interface CallPool {
  next(about: { isFree: (extension: string) => boolean }): Offer | "wait" | "exhausted";
}

/** Keeps `calls` calls going, never two of one agent, while somebody is there to take them. */
export class Scheduler {
  readonly #busy = new Set<string>();
  #stopped = false;
  #wake = new Set<() => void>();

  constructor(
    private readonly options: { calls: number },
    private readonly deps: {
      pool: CallPool;
      place: (spec: CallSpec) => PlacedCall;
      /** Calls are only placed while a client is connected: a real exchange would not send them anywhere else. */
      hasClients: () => boolean;
      /** Whether a person takes this extension's calls: none are placed there. Default: nobody does. */
      isStaffed?: (extension: string) => boolean;
      random: Random;
      clock: Clock;
      logger: Logger;
    },
  ) {}

  /** Resolves when the pool is exhausted and the last call is over, or after `stop`. */
  async run(): Promise<void> {
    const slots = Array.from({ length: this.options.calls }, (_, slot) => this.#runSlot(slot));
    await Promise.all(slots);
  }

  /** No further calls; those that are going on stay. */
  stop(): void {
    this.#stopped = true;
    for (const wake of this.#wake) wake();
  }

  /** Keeps an agent's extension free of scheduled calls. @returns a function that gives it back; null: it is busy now */
  reserve(extension: string): (() => void) | null {
    if (!this.#isFree(extension)) return null;
    this.#busy.add(extension);
    return () => this.#busy.delete(extension);
  }

  async #runSlot(slot: number): Promise<void> {
    await this.#waitForClients();
    await this.#sleep(slot * this.#between(STAGGER_MS));
    while (!this.#stopped) {
      await this.#waitForClients();
      const offer = this.#stopped
        ? "exhausted"
        : this.deps.pool.next({ isFree: (extension) => this.#isFree(extension) });
      if (offer === "exhausted") return;
      if (offer === "wait") await this.#sleep(RETRY_MS);
      else if (await this.#runCall(offer)) await this.#sleep(this.#between(PAUSE_MS));
      else await this.#sleep(PAUSE_MS.to);
    }
  }

  #isFree(extension: string): boolean {
    return !this.#busy.has(extension) && !this.deps.isStaffed?.(extension);
  }

  /** @returns whether the call could be placed. */
  async #runCall(offer: Offer): Promise<boolean> {
    this.#busy.add(offer.extension);
    try {
      const spec = await offer.prepare();
      await this.#waitForClients();
      // Somebody may have come on duty while the words were spoken.
      if (this.deps.isStaffed?.(offer.extension)) return false;
      if (!this.#stopped) await this.deps.place(spec).ended;
      return true;
    } catch (error) {
      this.deps.logger.error({ err: error, extension: offer.extension }, "call could not be placed");
      return false;
    } finally {
      this.#busy.delete(offer.extension);
    }
  }

  async #waitForClients(): Promise<void> {
    while (!this.#stopped && !this.deps.hasClients()) await this.#sleep(RETRY_MS);
  }

  #between({ from, to }: { from: number; to: number }): number {
    return from + (to - from) * this.deps.random();
  }

  #sleep(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#wake.delete(done);
        resolve();
      };
      const cancel = this.deps.clock.after(ms, done);
      this.#wake.add(done);
    });
  }
}
