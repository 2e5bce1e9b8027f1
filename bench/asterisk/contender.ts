import { z } from "zod";
import { MarkFinder, monotonicMs, type TimedMark, timedMarkSchema } from "./marks";

/** The rate of every tap, Hz. */
export const TAP_RATE = 16_000;

/** Something that taps every party of every call, and can be spoken into: the driver, or bare sockets. */
export interface Contender {
  open(): Promise<void>;
  /** Returns once both parties of so many calls are heard: of all that there are. */
  follow(calls: number): Promise<void>;
  /** Speaks a mark now and then to each party, for `ms`. */
  inject(ms: number): Promise<Injected>;
  /** Takes everything out of Asterisk. */
  close(): Promise<void>;
}

export const injectedSchema = z.object({
  /** By the phone that is to hear it; `at` is when it was handed over. */
  sent: z.array(timedMarkSchema),
  /** Round trips of mode changes, ms; none where there are no modes. */
  modeMs: z.array(z.number()),
});
export type Injected = z.infer<typeof injectedSchema>;

export const usageSchema = z.object({ cpuSeconds: z.number(), memoryMb: z.number() });
export type Usage = z.infer<typeof usageSchema>;

/** What is heard of each phone at its tap. */
export class TapEars {
  readonly #finders = new Map<number, MarkFinder>();
  #heard: TimedMark[] = [];

  push(extension: number, samples: Int16Array): void {
    const at = monotonicMs();
    let finder = this.#finders.get(extension);
    if (!finder) {
      finder = new MarkFinder({
        sampleRate: TAP_RATE,
        found: (mark) => this.#heard.push({ extension, ...mark }),
      });
      this.#finders.set(extension, finder);
    }
    finder.push(samples, { at });
  }

  /** @returns the marks since the last time. */
  take(): TimedMark[] {
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }
}
