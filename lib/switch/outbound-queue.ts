import { createResampler, type Resampler } from "@/lib/audio/resample";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";

/** Samples on their way from a connection (its rate) to the mixer (16 kHz), in order. */
export class OutboundQueue {
  readonly #resampler: Resampler;
  readonly #chunks: Int16Array[] = [];
  /** Samples of the first chunk that are taken already. */
  #offset = 0;
  #length = 0;
  #mixed = 0;
  #discarded = 0;

  constructor(private readonly options: { sampleRate: number }) {
    this.#resampler = createResampler({ from: options.sampleRate, to: SAMPLE_RATE });
  }

  /** Samples that wait, at 16 kHz. */
  get length(): number {
    return this.#length;
  }

  /** Samples given to the mixer, at the connection's rate. */
  get mixed(): number {
    return this.#toWire(this.#mixed);
  }

  /** Samples that do not wait any more, mixed or thrown away, at the connection's rate. */
  get gone(): number {
    return this.#toWire(this.#mixed + this.#discarded);
  }

  push(samples: Int16Array): void {
    const chunk = this.options.sampleRate === SAMPLE_RATE ? samples : this.#resampler.process(samples);
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Nothing more comes: what the filter still holds. */
  finish(): void {
    const { delaySamples } = this.#resampler;
    if (delaySamples > 0) this.push(new Int16Array(Math.ceil((delaySamples * this.options.sampleRate) / SAMPLE_RATE)));
  }

  /** Fills `into` with what has waited longest, and with silence where there is not enough. */
  take(into: Int16Array): void {
    const taken = this.#remove(into.length, (part, at) => into.set(part, at));
    into.fill(0, taken);
    this.#mixed += taken;
  }

  /** Throws away what has waited longest, so many samples at 16 kHz. */
  discard(samples: number): void {
    this.#discarded += this.#remove(samples, () => undefined);
  }

  #remove(samples: number, use: (part: Int16Array, at: number) => void): number {
    let removed = 0;
    while (removed < samples) {
      const chunk = this.#chunks[0];
      if (!chunk) break;
      const part = chunk.subarray(this.#offset, this.#offset + samples - removed);
      use(part, removed);
      removed += part.length;
      this.#offset += part.length;
      if (this.#offset < chunk.length) continue;
      this.#chunks.shift();
      this.#offset = 0;
    }
    this.#length -= removed;
    return removed;
  }

  #toWire(samples: number): number {
    return Math.floor((samples * this.options.sampleRate) / SAMPLE_RATE);
  }
}
