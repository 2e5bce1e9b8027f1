import { createResampler, type Resampler } from "@/lib/audio/resample";
import { FasterPlayback } from "@/lib/audio/time-scale";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";

/** Reported in every fourth levels message: five times a second. */
const REPORT_EVERY = 4;

/** What was said before, faster than it was said; grows at its end while it plays. */
export class Replay {
  readonly id: number;
  readonly #atMs: number;
  readonly #faster = new FasterPlayback({ sampleRate: SAMPLE_RATE });
  readonly #resamplers: Resampler[];
  #samples: Int16Array[];
  #rate: number;
  #from = 0;
  #queue: [Float32Array, Float32Array] = [new Float32Array(0), new Float32Array(0)];
  #reports = 0;

  constructor(options: { id: number; atMs: number; rate: number; samples: Int16Array[]; contextRate: number }) {
    this.id = options.id;
    this.#atMs = options.atMs;
    this.#samples = options.samples;
    this.#rate = options.rate;
    this.#resamplers = [0, 1].map(() => createResampler({ from: SAMPLE_RATE, to: options.contextRate }));
  }

  /** Call's clock of what is heard next. */
  get positionMs(): number {
    return this.#atMs + (this.#from * 1000) / SAMPLE_RATE;
  }

  get leftMs(): number {
    return (((this.#samples[0]?.length ?? 0) - this.#from) * 1000) / SAMPLE_RATE;
  }

  append(samples: Int16Array[]): void {
    this.#samples = this.#samples.map((before, lane) => {
      const more = samples[lane] ?? new Int16Array(0);
      const joined = new Int16Array(before.length + more.length);
      joined.set(before);
      joined.set(more, before.length);
      return joined;
    });
  }

  setRate(rate: number): void {
    this.#rate = rate;
  }

  isReportDue(): boolean {
    this.#reports += 1;
    return this.#reports % REPORT_EVERY === 1;
  }

  /** @returns `count` samples of both ears; silence where nothing is left. */
  render(count: number): [Float32Array, Float32Array] {
    while (this.#queue[0].length < count) {
      const { played, from } = this.#faster.next(this.#samples, { from: this.#from, rate: this.#rate });
      if ((played[0]?.length ?? 0) === 0) break;
      this.#from = from;
      for (const ear of [0, 1] as const) {
        const more = this.#resamplers[ear]?.process(played[ear] ?? new Int16Array(0)) ?? new Int16Array(0);
        const joined = new Float32Array(this.#queue[ear].length + more.length);
        joined.set(this.#queue[ear]);
        for (let at = 0; at < more.length; at++) joined[this.#queue[ear].length + at] = (more[at] ?? 0) / 32_768;
        this.#queue[ear] = joined;
      }
    }
    const out: [Float32Array, Float32Array] = [new Float32Array(count), new Float32Array(count)];
    for (const ear of [0, 1] as const) {
      out[ear].set(this.#queue[ear].subarray(0, count));
      this.#queue[ear] = this.#queue[ear].subarray(count);
    }
    return out;
  }
}
