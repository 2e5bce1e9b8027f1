/** What one sentence says, without its context. */
export type TextReading = {
  /** −1…+1. */
  score: number;
  /** 0…1. */
  confidence: number;
  /** Best first. */
  topics: { key: string; label: string; kind: "topic" | "intent"; confidence: number }[];
};

/** Port: sentiment, topics and intents of a text. The default provider runs in a worker thread. */
export interface TextAnalyser {
  readonly name: string;
  /** False where its model is missing: no sentiment is shown rather than an invented one. */
  readonly available: boolean;
  /** Why it is not available and what to do; empty while it is. */
  readonly detail: string;
  /** Loads the model. Resolves also where it is missing. */
  start(): Promise<void>;
  /** Readings still waiting are rejected. */
  stop(): Promise<void>;
  /** @throws AppError UNAVAILABLE (no model, stopped, crashed), RATE_LIMITED (too many texts waiting) */
  read(text: string): Promise<TextReading>;
}
