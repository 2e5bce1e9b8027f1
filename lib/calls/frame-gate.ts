import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { SpeakingMode } from "@/lib/contract/call";
import type { SpeakFrame } from "@/lib/contract/headset";
import type { SpeakFault } from "@/lib/contract/speaking";
import type { Clock } from "@/lib/platform/clock";
import { FRAME_BURST, FRAMES_PER_SECOND } from "./constants";

/** What every frame of one microphone must be: its own, in order, whole, and not more than anybody can say. */
export class FrameGate {
  #lastSequence = -1;
  #budget = FRAME_BURST;
  #filledAt: number;

  constructor(private readonly options: { clock: Clock; speakingId: number; mode: SpeakingMode }) {
    this.#filledAt = options.clock.now();
  }

  /** @returns why it is refused, or null. */
  check(frame: SpeakFrame): SpeakFault | null {
    const { speakingId, mode } = this.options;
    if (frame.speakingId !== speakingId) return "NOT_SPEAKING";
    if (frame.mode !== mode) return "MODE_MISMATCH";
    if (frame.samples.length !== FRAME_SAMPLES || frame.sequence <= this.#lastSequence) return "BAD_FRAME";
    if (!this.#spend()) return "RATE_LIMITED";
    this.#lastSequence = frame.sequence;
    return null;
  }

  #spend(): boolean {
    const now = this.options.clock.now();
    // A clock that is set back gives nothing, and takes nothing.
    const elapsedMs = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#budget = Math.min(FRAME_BURST, this.#budget + (elapsedMs * FRAMES_PER_SECOND) / 1000);
    if (this.#budget < 1) return false;
    this.#budget -= 1;
    return true;
  }
}
