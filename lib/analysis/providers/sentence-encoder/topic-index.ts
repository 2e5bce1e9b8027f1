import type { TextReading } from "../../text-analyser";
import type { TopicsFile } from "./data-files";
import { fitRidge } from "./ridge";

/**
 * Chosen by leaving out one seed at a time (23 topics, about 10 seeds each, small talk as its own class): ridge over the
 * seeds names 64 % of the left-out seeds rightly and 2 of 44 small-talk sentences wrongly; the 1–3 nearest seeds 54–59 % and 7–16.
 */
const LAMBDA = 1;
/** Score below which a sentence is about nothing we know. */
const THRESHOLD = 0.2;
/** Topics that much behind the best one are not mentioned. */
const NEXT_BEST = 0.1;
/** Confidence is a logistic curve of the score, half sure here; from the same left-out seeds. */
const HALF_SURE = 0.2;
const SLOPE = 10;
const MAX_TOPICS = 3;

type Topic = Omit<TextReading["topics"][number], "confidence">;

/** Topics and intents of a sentence from its vector. Every seed sentence votes, weighted so that like topics keep apart. */
export class TopicIndex {
  readonly #topics: (Topic & { weights: Float64Array })[];
  readonly #background: Float64Array;

  /** @param vectors of all seeds of the file, in the order of `seedTexts` */
  constructor({ file, vectors }: { file: TopicsFile; vectors: readonly (readonly number[])[] }) {
    const owners = [...file.topics.flatMap(({ seeds }, i) => seeds.map(() => i)), ...file.background.map(() => -1)];
    const classes = [...file.topics.keys(), -1];
    const targets = owners.map((owner) => classes.map((one) => (one === owner ? 1 : 0)));
    const weights = fitRidge({ examples: vectors, targets, lambda: LAMBDA });
    this.#topics = file.topics.map(({ key, label, kind }, i) => ({
      ...{ key, label, kind },
      weights: weights[i] ?? new Float64Array(),
    }));
    this.#background = weights[file.topics.length] ?? new Float64Array();
  }

  /** @returns best first; none where the sentence is more like small talk than like any topic. */
  find(vector: readonly number[]): TextReading["topics"] {
    const ranked = this.#topics
      .map(({ weights, ...topic }) => ({ topic, score: dot(vector, weights) }))
      .sort((a, b) => b.score - a.score);
    const best = ranked[0]?.score ?? 0;
    if (best < dot(vector, this.#background)) return [];
    const floor = Math.max(THRESHOLD, best - NEXT_BEST);
    return ranked
      .flatMap(({ topic, score }) => (score >= floor ? [{ ...topic, confidence: confidenceOf(score) }] : []))
      .slice(0, MAX_TOPICS);
  }
}

export function seedTexts(file: TopicsFile): string[] {
  return [...file.topics.flatMap(({ seeds }) => seeds), ...file.background];
}

/** @returns per topic the surest mention over several sentences, best first. */
export function mergeTopics(readings: readonly TextReading["topics"][]): TextReading["topics"] {
  const best = new Map<string, TextReading["topics"][number]>();
  for (const topic of readings.flat())
    if (topic.confidence > (best.get(topic.key)?.confidence ?? 0)) best.set(topic.key, topic);
  return [...best.values()].sort((a, b) => b.confidence - a.confidence).slice(0, MAX_TOPICS);
}

function confidenceOf(score: number): number {
  return 1 / (1 + Math.exp(-SLOPE * (score - HALF_SURE)));
}

function dot(a: readonly number[], b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
