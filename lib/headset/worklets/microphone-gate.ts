import { FrameSplitter } from "@/lib/audio/frame";
import { createResampler } from "@/lib/audio/resample";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { FromMicrophone, MicrophoneFrame } from "../worklet-messages";

const LEVEL_MS = 50;

export type MicrophoneGateDeps = {
  contextRate: number;
  wallClock: () => number;
  post: (message: FromMicrophone) => void;
  /** Where frames go while the gate is open. */
  send: (frame: MicrophoneFrame) => void;
};

/** What the microphone worklet does, without the worklet. Shut, no sample passes; what was begun before is thrown away. */
export class MicrophoneGate {
  #isOpen = false;
  #resampler;
  #splitter = new FrameSplitter();
  #peak = 0;
  #sinceLevelMs = 0;

  constructor(private readonly deps: MicrophoneGateDeps) {
    this.#resampler = this.#makeResampler();
  }

  open(): void {
    if (this.#isOpen) return;
    this.#resampler = this.#makeResampler();
    this.#splitter = new FrameSplitter();
    this.#isOpen = true;
  }

  cut(): void {
    this.#isOpen = false;
  }

  /** @param samples one quantum of the microphone, −1…1 */
  hear(samples: Float32Array): void {
    for (const sample of samples) this.#peak = Math.max(this.#peak, Math.abs(sample));
    this.#sinceLevelMs += (samples.length * 1000) / this.deps.contextRate;
    if (this.#sinceLevelMs >= LEVEL_MS) {
      this.#sinceLevelMs %= LEVEL_MS;
      this.deps.post({ type: "level", peak: this.#peak });
      this.#peak = 0;
    }
    if (!this.#isOpen) return;
    const pcm = Int16Array.from(samples, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
    for (const frame of this.#splitter.push(this.#resampler.process(pcm)))
      this.deps.send({ type: "microphone", samples: frame, capturedAt: this.deps.wallClock() });
  }

  #makeResampler() {
    return createResampler({ from: this.deps.contextRate, to: SAMPLE_RATE });
  }
}
