import { SentimentIntensityAnalyzer } from "vader-sentiment";

/** A feature vector as its non-zero entries. */
export type Features = { at: Int32Array; value: Float64Array };

/** Scales that bring the three groups to a like size, so that one L2 penalty suits all. Chosen by cross-validation. */
const VECTOR_SCALE = 4;
const TERM_SCALE = 4;
export const PRIOR_FEATURES = 5;

/** Words and pairs of neighbouring words, with marks for the beginning and the end. Case and punctuation do not matter. */
export function termsOf(text: string): string[] {
  const words = ["<", ...(text.toLowerCase().match(/[a-z0-9]+(?:['’][a-z]+)*/g) ?? []), ">"];
  const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
  return [...words.slice(1, -1), ...pairs];
}

/** @returns the terms that occur in at least `minTexts` of the texts, sorted. */
export function vocabularyOf({ texts, minTexts }: { texts: readonly string[]; minTexts: number }): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const term of new Set(termsOf(text))) counts.set(term, (counts.get(term) ?? 0) + 1);
  return [...counts].flatMap(([term, count]) => (count >= minTexts ? [term] : [])).sort();
}

/**
 * Sentence vector, VADER's prior (Hutto & Gilbert 2014) and the known terms of a text, in this order.
 * @param vector of the sentence encoder, unit length
 */
export function featuresOf(given: {
  text: string;
  vector: readonly number[];
  vocabulary: ReadonlyMap<string, number>;
}): Features {
  const { text, vector, vocabulary } = given;
  const { compound, pos, neg } = SentimentIntensityAnalyzer.polarity_scores(text);
  const words = text.split(/\s+/).length;
  const prior = [compound, pos, neg, text.includes("?") ? 0.5 : 0, Math.min(words, 20) / 20];
  const terms = [...new Set(termsOf(text))].flatMap((term) => vocabulary.get(term) ?? []);
  // Longer sentences have more terms, not more sentiment.
  const termValue = TERM_SCALE / Math.sqrt(Math.max(1, 2 * words));
  const offset = vector.length + PRIOR_FEATURES;
  return {
    at: Int32Array.from([...vector.keys(), ...prior.map((_, i) => vector.length + i), ...terms.map((t) => offset + t)]),
    value: Float64Array.from([...vector.map((v) => v * VECTOR_SCALE), ...prior, ...terms.map(() => termValue)]),
  };
}
