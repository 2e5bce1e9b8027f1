import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { ProtocolErrorCode } from "@/lib/contract/call-control";
import type { OutboundQueue } from "./outbound-queue";

/** So much audio is asked for ahead of the mixer, and further credit comes in steps of a quarter of it. */
export const PREFETCH_MS = 800;
/** A clip whose sender says nothing for so long is given up (500 frames of 20 ms). */
const STARVED_FRAMES = 500;

/** How what a client sends is asked for and played out: a clip or a live voice. */
export interface Pacing {
  /** Samples of a clip, null where nobody knows how many will come. */
  readonly announced: number | null;
  /** How an audio ends whose sender has fallen silent; null: as if it had said that this was all. */
  readonly starvedCode: ProtocolErrorCode | null;
  /** @returns how many samples more may be sent now, connection's rate; `gone` do not wait any more. */
  grant(audio: { granted: number; gone: number }): number;
  /** A frame has come. */
  arrived(queue: OutboundQueue): void;
  /** Asked every 20 ms. */
  next(queue: OutboundQueue, audio: { isEnded: boolean }): "play" | "wait" | "starved";
}

/** A clip is pulled ahead of the mixer, and never torn: a frame that is not complete is waited for. */
export class ClipPacing implements Pacing {
  readonly starvedCode = "TIMEOUT";
  readonly #prefetch: number;
  #starved = 0;

  constructor(
    readonly announced: number,
    { sampleRate }: { sampleRate: number },
  ) {
    this.#prefetch = (sampleRate * PREFETCH_MS) / 1000;
  }

  grant({ granted, gone }: { granted: number; gone: number }): number {
    const wanted = Math.min(this.announced, gone + this.#prefetch);
    const isWorthIt = wanted - granted >= this.#prefetch / 4 || wanted === this.announced;
    return isWorthIt ? Math.max(0, wanted - granted) : 0;
  }

  arrived(): void {}

  next(queue: OutboundQueue, { isEnded }: { isEnded: boolean }): "play" | "wait" | "starved" {
    if (queue.length >= FRAME_SAMPLES || isEnded) {
      this.#starved = 0;
      return "play";
    }
    this.#starved += 1;
    return this.#starved >= STARVED_FRAMES ? "starved" : "wait";
  }
}
