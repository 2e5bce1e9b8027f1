/**
 * Makes lib/analysis/data/sentiment-model.json from lib/analysis/data/sentiment.jsonl and says how good it is. The last line
 * is JSON. The same sentences give the same model. Run: node --import tsx scripts/train-sentiment.ts
 */
import { readFile, writeFile } from "node:fs/promises";
import { MODEL_PATH, parseSentences, SENTENCES_PATH } from "../lib/analysis/providers/sentence-encoder/data-files";
import { loadEncoder } from "../lib/analysis/providers/sentence-encoder/encoder";
import {
  crossValidate,
  figuresOf,
  labelOf,
  makeModel,
  RECIPE,
  stratifiedFolds,
} from "../lib/analysis/providers/sentence-encoder/training";

const content = await readFile(SENTENCES_PATH, "utf8");
const sentences = parseSentences({ path: SENTENCES_PATH, content });
const domains = sentences.map(({ domain }) => domain);
console.log(`${sentences.length} sentences, ${new Set(domains).size} domains`);

const begun = performance.now();
const encoder = await loadEncoder();
const loadedMs = performance.now() - begun;
const vectors = await encoder.embed(sentences.map(({ text }) => text));
const msPerSentence = (performance.now() - begun - loadedMs) / sentences.length;
console.log(`encoder loaded in ${loadedMs.toFixed(0)} ms, ${msPerSentence.toFixed(1)} ms a sentence`);

const set = { sentences, vectors };
const labels = sentences.map(({ score }) => labelOf(score));
const groups = stratifiedFolds({ labels, folds: RECIPE.folds, seed: RECIPE.seed });
const heldOut = crossValidate({ set, groups });
const model = makeModel({ set, heldOut, content });
await writeFile(MODEL_PATH, `${JSON.stringify(model)}\n`);
console.log(`model written to ${MODEL_PATH}`);
const leftOut = crossValidate({ set, groups: domains });

const rounded = (figures: ReturnType<typeof figuresOf>) => ({
  accuracy: Number(figures.accuracy.toFixed(4)),
  macroF1: Number(figures.macroF1.toFixed(4)),
  confusion: figures.confusion,
  calibrationError: Number(figures.calibrationError.toFixed(4)),
});
console.log(
  JSON.stringify({
    sentences: sentences.length,
    domains: new Set(domains).size,
    classes: ["negative", "neutral", "positive"],
    temperature: model.temperature,
    stratified: rounded(figuresOf({ heldOut, temperature: model.temperature })),
    calibrationErrorBefore: Number(figuresOf({ heldOut, temperature: 1 }).calibrationError.toFixed(4)),
    leaveOneDomainOut: rounded(figuresOf({ heldOut: leftOut, temperature: model.temperature })),
    msPerSentence: Number(msPerSentence.toFixed(2)),
  }),
);
