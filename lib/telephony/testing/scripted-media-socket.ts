import type { ClipSocket } from "@/lib/telephony/drivers/asterisk/playout";
import { CallCommandTimeoutError, GatewayMediaError } from "@/lib/telephony/gateway-errors";

/** A party's media connection that counts what is sent, and answers as the test says. */
export class ScriptedMediaSocket implements ClipSocket {
  /** First samples of the frames that came. */
  readonly heard: number[] = [];
  flushes = 0;
  isGone = false;
  answersStatus = true;
  /** Frames that Asterisk says wait in its queue. */
  queueLength = 0;
  #drain: { resolve: () => void; reject: (error: Error) => void } | null = null;

  get frames(): number {
    return this.heard.length;
  }

  get waitsForDrain(): boolean {
    return this.#drain !== null;
  }

  sendFrame(samples: Int16Array): boolean {
    if (!this.isGone) this.heard.push(samples[0] ?? 0);
    return !this.isGone;
  }

  flush(): void {
    this.flushes += 1;
    this.#drain?.reject(new GatewayMediaError("FLUSHED", { message: "thrown away" }));
  }

  drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#drain = { resolve, reject };
    });
  }

  async status(): Promise<number> {
    if (this.answersStatus) return this.queueLength;
    throw new CallCommandTimeoutError("TIMEOUT", { message: "no answer" });
  }

  terminate(): void {
    this.isGone = true;
  }

  /** Asterisk's queue runs empty. */
  runEmpty(): void {
    this.#drain?.resolve();
  }
}
