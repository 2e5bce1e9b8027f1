import { createHash } from "node:crypto";
import type { LabelledSentence, SentimentModel } from "./data-files";
import { type Features, featuresOf, PRIOR_FEATURES, vocabularyOf } from "./features";
import { fitSoftmax, fitTemperature, logitsOf, type Probabilities, softmax, type Weights } from "./softmax-head";

/** Everything that decides the model besides the sentences. `features` counts changes of features.ts. */
export const RECIPE = { features: 1, minTexts: 2, l2: 2e-3, steps: 200, rate: 0.1, folds: 5, seed: 20_240, digits: 4 };

export type Label = 0 | 1 | 2;
export type TrainingSet = { sentences: readonly LabelledSentence[]; vectors: readonly (readonly number[])[] };
/** What was said of a sentence by weights that had not seen it. */
export type HeldOut = { logits: Probabilities; label: Label };

type Fitted = { vocabulary: ReadonlyMap<string, number>; weights: Weights };

export function labelOf(score: number): Label {
  return score < 0 ? 0 : score > 0 ? 2 : 1;
}

export function sha256Of(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

export const recipeSha256 = () => sha256Of(JSON.stringify(RECIPE));

/** @returns a fold number a sentence; every fold has the same share of each class. The same seed gives the same folds. */
export function stratifiedFolds(given: { labels: readonly Label[]; folds: number; seed: number }): number[] {
  const random = mulberry32(given.seed);
  const folds = new Array<number>(given.labels.length).fill(0);
  for (const label of [0, 1, 2]) {
    const own = given.labels.flatMap((one, i) => (one === label ? [{ i, order: random() }] : []));
    own
      .sort((a, b) => a.order - b.order)
      .forEach(({ i }, place) => {
        folds[i] = place % given.folds;
      });
  }
  return folds;
}

/**
 * Reads every sentence with weights (and a vocabulary) made without its group.
 * @param groups a group a sentence: fold numbers, or domains to leave out one domain at a time
 */
export function crossValidate({ set, groups }: { set: TrainingSet; groups: readonly (string | number)[] }): HeldOut[] {
  const results = new Array<HeldOut>(set.sentences.length);
  for (const group of new Set(groups)) {
    const fitted = fitOn({ set, keep: (i) => groups[i] !== group });
    set.sentences.forEach(({ score }, i) => {
      if (groups[i] !== group) return;
      const features = featuresAt({ set, i, vocabulary: fitted.vocabulary });
      results[i] = { logits: logitsOf({ weights: fitted.weights, features }), label: labelOf(score) };
    });
  }
  return results;
}

/** The model of all sentences, with the temperature and the figures of the cross-validation. */
export function makeModel(given: { set: TrainingSet; heldOut: readonly HeldOut[]; content: string }): SentimentModel {
  const fitted = fitOn({ set: given.set, keep: () => true });
  const round = (value: number) => Number(value.toFixed(RECIPE.digits));
  const { accuracy, macroF1 } = figuresOf({ heldOut: given.heldOut, temperature: 1 });
  return {
    version: 1,
    sentencesSha256: sha256Of(given.content),
    recipeSha256: recipeSha256(),
    vectorSize: given.set.vectors[0]?.length ?? 0,
    temperature: round(fitTemperature(given.heldOut)),
    crossValidated: { accuracy: round(accuracy), macroF1: round(macroF1) },
    vocabulary: [...fitted.vocabulary.keys()],
    weights: fitted.weights.map((row) => [...row].map(round)),
  };
}

/**
 * Accuracy, F1 (mean over the classes), confusion (row: truth, column: said; negative, neutral, positive) and the expected
 * calibration error over ten equal bins of confidence (Guo et al. 2017).
 */
export function figuresOf({ heldOut, temperature }: { heldOut: readonly HeldOut[]; temperature: number }) {
  const confusion = [0, 1, 2].map(() => [0, 0, 0]);
  const bins = Array.from({ length: 10 }, () => ({ sure: 0, right: 0 }));
  for (const { logits, label } of heldOut) {
    const probabilities = softmax({ logits, temperature });
    const sure = Math.max(...probabilities);
    const said = probabilities.indexOf(sure);
    const row = confusion[label] ?? [];
    row[said] = (row[said] ?? 0) + 1;
    const bin = bins[Math.min(9, Math.floor(sure * 10))];
    if (bin) {
      bin.sure += sure;
      bin.right += said === label ? 1 : 0;
    }
  }
  const cell = (truth: number, said: number) => confusion[truth]?.[said] ?? 0;
  const f1 = [0, 1, 2].map((k) => {
    const [truth, said] = [
      [0, 1, 2].reduce((s, j) => s + cell(k, j), 0),
      [0, 1, 2].reduce((s, j) => s + cell(j, k), 0),
    ];
    return truth + said === 0 ? 0 : (2 * cell(k, k)) / (truth + said);
  });
  return {
    accuracy: (cell(0, 0) + cell(1, 1) + cell(2, 2)) / heldOut.length,
    macroF1: f1.reduce((sum, one) => sum + one, 0) / 3,
    confusion,
    calibrationError: bins.reduce((sum, bin) => sum + Math.abs(bin.sure - bin.right), 0) / heldOut.length,
  };
}

function fitOn({ set, keep }: { set: TrainingSet; keep: (i: number) => boolean }): Fitted {
  const kept = set.sentences.flatMap((sentence, i) => (keep(i) ? [{ i, sentence }] : []));
  const terms = vocabularyOf({ texts: kept.map(({ sentence }) => sentence.text), minTexts: RECIPE.minTexts });
  const vocabulary = new Map(terms.map((term, at) => [term, at]));
  const size = (set.vectors[0]?.length ?? 0) + PRIOR_FEATURES + vocabulary.size;
  const examples = kept.map(({ i, sentence }) => ({
    features: featuresAt({ set, i, vocabulary }),
    label: labelOf(sentence.score),
  }));
  return { vocabulary, weights: fitSoftmax({ examples, fit: { ...RECIPE, size } }) };
}

function featuresAt(given: { set: TrainingSet; i: number; vocabulary: ReadonlyMap<string, number> }): Features {
  const { set, i, vocabulary } = given;
  return featuresOf({ text: set.sentences[i]?.text ?? "", vector: set.vectors[i] ?? [], vocabulary });
}

/** A small seeded generator (mulberry32, public domain, T. Ettinger): numbers from 0 up to 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
