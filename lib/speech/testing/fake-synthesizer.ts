import { createHash } from "node:crypto";
import { sine } from "@/lib/audio/goertzel";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { type Clock, systemClock } from "@/lib/platform/clock";
import { SynthesisError, type SynthesisRequest, type Synthesizer } from "../synthesizer";

/**
 * Speaks in tones: 120 ms a word, each word its own frequency (300–3300 Hz) by text and voice, so that equal texts give equal
 * samples and different ones do not. Waits `delayMs` on the clock; `failNext` makes the next requests fail.
 */
export class FakeSynthesizer implements Synthesizer {
  readonly name: string = "fake";
  readonly voices: readonly string[];
  /** Every request that reached it. */
  readonly requests: { text: string; voice: string }[] = [];
  readonly #clock: Clock;
  readonly #failures: SynthesisError[] = [];
  #closed = false;
  delayMs: number;

  constructor(options: { clock?: Clock; delayMs?: number; voices?: readonly [string, ...string[]] } = {}) {
    this.#clock = options.clock ?? systemClock;
    this.delayMs = options.delayMs ?? 0;
    this.voices = options.voices ?? ["alto", "bass"];
  }

  failNext(error = new SynthesisError("scripted failure", { retryable: true })): void {
    this.#failures.push(error);
  }

  async synthesize(request: SynthesisRequest): Promise<{ samples: Int16Array; voice: string }> {
    const voice = request.voice ?? this.voices[0] ?? "alto";
    if (this.#closed) throw new SynthesisError("the synthesiser is closed");
    if (!this.voices.includes(voice)) throw new SynthesisError(`no voice ${voice}`);
    const words = request.text.split(/\s+/).filter(Boolean);
    if (words.length === 0) throw new SynthesisError("there are no words to speak");
    if (request.signal?.aborted) throw new SynthesisError("synthesis was cancelled", { retryable: true });
    this.requests.push({ text: request.text, voice });
    const failure = this.#failures.shift();
    if (this.delayMs > 0) await this.#wait(request.signal);
    if (failure) throw failure;
    return { samples: Int16Array.from(words.flatMap((word) => [...toneOf({ word, voice })])), voice };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(this.delayMs, resolve);
      const abort = () => {
        cancel();
        reject(new SynthesisError("synthesis was cancelled", { retryable: true }));
      };
      signal?.addEventListener("abort", abort, { once: true });
    });
  }
}

function toneOf({ word, voice }: { word: string; voice: string }): Int16Array {
  const digest = createHash("sha256").update(`${voice} ${word}`).digest();
  const frequency = 300 + (digest.readUInt16BE(0) % 3000);
  return sine({ frequency, sampleRate: SAMPLE_RATE, durationMs: 120, amplitude: 0.4 });
}
