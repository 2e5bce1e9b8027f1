import type { Clock } from "@/lib/platform/clock";
import { CallCommandTimeoutError } from "@/lib/telephony/gateway-errors";

const ARRIVAL_LIMIT_MS = 3_000;

/** Waits for channels of ours to enter the application: before that Asterisk refuses to put them into a bridge. */
export class StasisArrivals {
  readonly #waiting = new Map<string, () => void>();

  constructor(private readonly clock: Clock) {}

  /** Ask before the channel is made. @throws CallCommandTimeoutError after 3 s */
  expect(channelId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(ARRIVAL_LIMIT_MS, () => {
        this.#waiting.delete(channelId);
        reject(
          new CallCommandTimeoutError("TIMEOUT", { message: "Asterisk did not bring up a channel of ours in time" }),
        );
      });
      this.#waiting.set(channelId, () => {
        cancel();
        this.#waiting.delete(channelId);
        resolve();
      });
    });
  }

  /** The channel entered. @returns whether somebody waited for it. */
  arrived(channelId: string): boolean {
    const waiter = this.#waiting.get(channelId);
    waiter?.();
    return waiter !== undefined;
  }
}
