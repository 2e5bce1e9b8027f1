import type { TextReading } from "../../text-analyser";
import { readModel, readTopics, type SentimentModel } from "./data-files";
import { type Encoder, loadEncoder } from "./encoder";
import { featuresOf } from "./features";
import { seedVectors } from "./seed-vectors";
import { piecesOf, wordsIn } from "./sentences";
import { logitsOf, softmax, type Weights } from "./softmax-head";
import { mergeTopics, seedTexts, TopicIndex } from "./topic-index";

type Sentiment = Pick<TextReading, "score" | "confidence">;
type Parts = { encoder: Encoder; topics: TopicIndex; model: SentimentModel };

/** Reads texts: everything of the provider but its thread. */
export class Reader {
  readonly #vocabulary: ReadonlyMap<string, number>;
  readonly #weights: Weights;

  constructor(private readonly parts: Parts) {
    this.#vocabulary = new Map(parts.model.vocabulary.map((term, i) => [term, i]));
    this.#weights = parts.model.weights.map((row) => Float64Array.from(row));
  }

  /** @throws Error where the encoder's package, the model or the topics are missing or faulty: file, line and field */
  static async load(paths: { modelPath: string; topicsPath: string; cacheDir: string }): Promise<Reader> {
    const [encoder, model, file] = await Promise.all([
      loadEncoder(),
      readModel(paths.modelPath),
      readTopics(paths.topicsPath),
    ]);
    const { cacheDir } = paths;
    const vectors = await seedVectors({ texts: seedTexts(file), encoder, vectorSize: model.vectorSize, cacheDir });
    return new Reader({ encoder, model, topics: new TopicIndex({ file, vectors }) });
  }

  /** @returns one reading a text; a text without words is neutral and about nothing. */
  async read(texts: readonly string[]): Promise<TextReading[]> {
    const pieces = texts.map(piecesOf);
    const vectors = await this.parts.encoder.embed(pieces.flat());
    let next = 0;
    return pieces.map((own) => {
      const read = own.map((text) => ({ text, vector: vectors[next++] ?? [] }));
      if (read.length === 0) return { score: 0, confidence: 0, topics: [] };
      return {
        ...combined(read.map((piece) => ({ ...this.#sentiment(piece), words: wordsIn(piece.text) }))),
        topics: mergeTopics(read.map(({ vector }) => this.parts.topics.find(vector))),
      };
    });
  }

  #sentiment(piece: { text: string; vector: readonly number[] }): Sentiment {
    const features = featuresOf({ ...piece, vocabulary: this.#vocabulary });
    const logits = logitsOf({ weights: this.#weights, features });
    const probabilities = softmax({ logits, temperature: this.parts.model.temperature });
    return { score: probabilities[2] - probabilities[0], confidence: Math.max(...probabilities) };
  }
}

/** Mean over the pieces of an utterance. What is felt weighs more than the facts around it, a long piece more than a short. */
function combined(pieces: readonly (Sentiment & { words: number })[]): Sentiment {
  const weightOf = (piece: (typeof pieces)[number]) => piece.words * (0.15 + Math.abs(piece.score));
  const total = pieces.reduce((sum, piece) => sum + weightOf(piece), 0);
  const mean = (value: (piece: (typeof pieces)[number]) => number) =>
    pieces.reduce((sum, piece) => sum + weightOf(piece) * value(piece), 0) / total;
  return { score: mean((piece) => piece.score), confidence: mean((piece) => piece.confidence) };
}
