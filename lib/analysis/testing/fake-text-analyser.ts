import { AppError } from "@/lib/platform/errors";
import type { TextAnalyser, TextReading } from "../text-analyser";

const NEUTRAL_READING: TextReading = { score: 0, confidence: 0, topics: [] };

type Held = { text: string; answer: () => void; drop: (error: AppError) => void };

/** A scripted text analyser: readings by text, held back or failing when told to. */
export class FakeTextAnalyser implements TextAnalyser {
  readonly name = "fake";
  /** Every text it was asked about. */
  readonly asked: string[] = [];
  available = false;
  #holding = false;
  #held: Held[] = [];
  #failures = 0;

  constructor(private readonly options: { readings?: Record<string, Partial<TextReading>>; missing?: boolean } = {}) {}

  get detail(): string {
    if (this.available) return "";
    return this.options.missing ? "The model is missing." : "Not started.";
  }

  async start(): Promise<void> {
    this.available = !this.options.missing;
  }

  async stop(): Promise<void> {
    this.available = false;
    for (const held of this.#held.splice(0)) held.drop(unavailable());
  }

  /** From now on answers wait for `release`. */
  hold(): void {
    this.#holding = true;
  }

  /** Answers what waits for these texts, in the order given; without texts everything, and holds back no more. */
  release(...texts: string[]): void {
    if (texts.length === 0) this.#holding = false;
    const wanted = texts.length === 0 ? this.#held.map(({ text }) => text) : texts;
    for (const text of wanted) {
      const at = this.#held.findIndex((held) => held.text === text);
      if (at >= 0) this.#held.splice(at, 1)[0]?.answer();
    }
  }

  failNext(times = 1): void {
    this.#failures += times;
  }

  read(text: string): Promise<TextReading> {
    this.asked.push(text);
    if (!this.available) return Promise.reject(unavailable());
    if (this.#failures > 0) {
      this.#failures--;
      return Promise.reject(new AppError("UNAVAILABLE", { message: "scripted failure" }));
    }
    const reading = { ...NEUTRAL_READING, ...this.options.readings?.[text] };
    if (!this.#holding) return Promise.resolve(reading);
    return new Promise((resolve, reject) => {
      this.#held.push({ text, answer: () => resolve(reading), drop: reject });
    });
  }
}

function unavailable(): AppError {
  return new AppError("UNAVAILABLE", { message: "the fake text analyser is not running", retryable: true });
}
