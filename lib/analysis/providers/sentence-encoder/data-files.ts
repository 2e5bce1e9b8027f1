import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { z } from "zod";
import { failOn, parseJsonFile } from "@/lib/platform/json-file";
import { CLASSES } from "./softmax-head";

const dataFile = (name: string) => fileURLToPath(new URL(`../../data/${name}`, import.meta.url));
export const SENTENCES_PATH = dataFile("sentiment.jsonl");
export const TOPICS_PATH = dataFile("topics.json");
export const MODEL_PATH = dataFile("sentiment-model.json");

const sentenceSchema = z.strictObject({
  text: z.string().trim().min(1).max(400),
  /** −1…+1; its sign is the class. */
  score: z.number().min(-1).max(1),
  domain: z.string().regex(/^[a-z][a-z-]*$/, "small letters and dashes"),
});
export type LabelledSentence = z.infer<typeof sentenceSchema>;

const seeds = z.array(z.string().trim().min(1).max(400));
const topicSchema = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "small letters, digits and dashes"),
  label: z.string().trim().min(1).max(80),
  kind: z.enum(["topic", "intent"]),
  seeds: seeds.min(8, "at least 8 seed sentences"),
});

const topicsFileSchema = z
  .strictObject({
    topics: z.array(topicSchema).min(1).max(200),
    /** Sentences that are about none of the topics: greetings, small talk, bare facts. */
    background: seeds.default([]),
  })
  .check((context) => {
    const seen = new Set<string>();
    context.value.topics.forEach(({ key }, i) => {
      if (seen.has(key))
        context.issues.push({
          code: "custom",
          path: ["topics", i, "key"],
          message: `"${key}" occurs twice`,
          input: key,
        });
      seen.add(key);
    });
  });
export type TopicsFile = z.infer<typeof topicsFileSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const modelSchema = z.strictObject({
  version: z.literal(1),
  /** SHA-256 of the sentences it was fitted on, and of the recipe (settings of the training). */
  sentencesSha256: sha256,
  recipeSha256: sha256,
  vectorSize: z.number().int().positive(),
  temperature: z.number().positive(),
  crossValidated: z.object({ accuracy: z.number(), macroF1: z.number() }),
  vocabulary: z.array(z.string().min(1)),
  weights: z.array(z.array(z.number())).length(CLASSES),
});
export type SentimentModel = z.infer<typeof modelSchema>;

/** @throws Error naming file, line and field of every fault, at most ten */
export async function readSentences(path: string = SENTENCES_PATH): Promise<LabelledSentence[]> {
  return parseSentences({ path, content: await readFile(path, "utf8") });
}

export function parseSentences({ path, content }: { path: string; content: string }): LabelledSentence[] {
  const faults: string[] = [];
  const sentences = content.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const errors: ParseError[] = [];
    const result = sentenceSchema.safeParse(parse(line, errors, { disallowComments: true }));
    const [error] = errors;
    if (error) faults.push(`${path}:${i + 1}: ${printParseErrorCode(error.error)} at column ${error.offset + 1}`);
    else if (!result.success)
      for (const issue of result.error.issues)
        faults.push(`${path}:${i + 1}: ${issue.path.join(".")}: ${issue.message}`);
    return result.success && !error ? [result.data] : [];
  });
  failOn(faults);
  return sentences;
}

/** @throws Error naming file, line and field of every fault, at most ten */
export async function readTopics(path: string = TOPICS_PATH): Promise<TopicsFile> {
  return parseJsonFile({ path, content: await readFile(path, "utf8"), schema: topicsFileSchema });
}

/** @throws Error naming file, line and field of every fault, at most ten */
export async function readModel(path: string = MODEL_PATH): Promise<SentimentModel> {
  return parseJsonFile({ path, content: await readFile(path, "utf8"), schema: modelSchema });
}
