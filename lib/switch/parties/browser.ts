import type { PhoneFrame } from "@/lib/contract/softphone";
import { DtmfSender } from "../dtmf";
import { type JitterCounts, JitterQueue } from "./jitter-queue";
import type { Heard, PartyActivity, PartySource } from "./party";

/** Takes what this party hears, 20 ms at a time; the array is only valid during the call. */
export type PhoneEar = (samples: Int16Array) => void;

/** A person with a browser as one end of a call. */
export class BrowserParty implements PartySource {
  readonly #queue = new JitterQueue();
  readonly #keys = new DtmfSender();
  #ear: PhoneEar | null = null;
  #isMuted = false;

  /** What became of the frames so far. */
  get counts(): JitterCounts {
    return this.#queue.counts;
  }

  /** A connection of its phone: what is heard goes there, and its frames count anew. Null: the phone is away. */
  connect(ear: PhoneEar | null): void {
    this.#ear = ear;
    this.#queue.reset();
  }

  receive(frame: PhoneFrame): void {
    this.#queue.push(frame);
  }

  /** Muted, the call gets silence, whatever the browser sends. */
  mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
  }

  /** @returns false where too many keys wait already. */
  press(digits: string): boolean {
    return this.#keys.press(digits);
  }

  speak(into: Int16Array): PartyActivity {
    const samples = this.#queue.take();
    if (samples && !this.#isMuted) into.set(samples);
    this.#keys.mixInto(into);
    return "talking";
  }

  hear({ mixed }: Heard): void {
    this.#ear?.(mixed);
  }

  close(): void {
    this.#ear = null;
  }
}
