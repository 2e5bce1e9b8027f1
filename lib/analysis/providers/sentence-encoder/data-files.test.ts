import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parseSentences, readModel, readSentences, readTopics, SENTENCES_PATH } from "./data-files";
import { labelOf, recipeSha256, sha256Of } from "./training";

describe("the committed data", () => {
  it("has enough distinct sentences of enough domains, and all three classes", async () => {
    const sentences = await readSentences();
    const words = (text: string) =>
      text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, " ")
        .trim();
    expect(new Set(sentences.map(({ text }) => words(text))).size).toBe(sentences.length);
    expect(sentences.length).toBeGreaterThanOrEqual(560);
    expect(new Set(sentences.map(({ domain }) => domain)).size).toBeGreaterThanOrEqual(12);
    for (const label of [0, 1, 2])
      expect(sentences.filter(({ score }) => labelOf(score) === label).length).toBeGreaterThan(150);
  });

  it("has at least 15 topics, and the intents that the alerts watch", async () => {
    const { topics, background } = await readTopics();
    expect(topics.length).toBeGreaterThanOrEqual(15);
    expect(background.length).toBeGreaterThanOrEqual(20);
    const intents = topics.flatMap(({ key, kind }) => (kind === "intent" ? [key] : []));
    expect(intents).toEqual(expect.arrayContaining(["cancel", "escalation", "speak-to-person", "refund"]));
  });

  it("has a model that was made from these sentences by this recipe (else run scripts/train-sentiment.ts)", async () => {
    const model = await readModel();
    expect(model.sentencesSha256).toBe(sha256Of(await readFile(SENTENCES_PATH, "utf8")));
    expect(model.recipeSha256).toBe(recipeSha256());
    expect(model.crossValidated.accuracy).toBeGreaterThan(0.85);
    for (const row of model.weights) expect(row.length).toBe(model.vectorSize + 5 + model.vocabulary.length + 1);
  });
});

describe("parseSentences", () => {
  const good = '{"text":"Hello.","score":0,"domain":"general"}';
  const fault = (content: string) => () => parseSentences({ path: "own.jsonl", content });

  it("reads lines and skips blank ones", () => {
    expect(parseSentences({ path: "own.jsonl", content: `${good}\n\n${good}\n` })).toHaveLength(2);
  });

  it("names the line and the field of each fault", () => {
    expect(fault(`${good}\n{"text":"Hi","score":2,"domain":"General"}\n`)).toThrow(
      /own\.jsonl:2: score: .*\nown\.jsonl:2: domain: /,
    );
    expect(fault(`${good}\n${good}\n{"text":"Hi",\n`)).toThrow(/own\.jsonl:3: /);
    expect(fault('{"text":"Hi","score":0,"domain":"x","mood":1}')).toThrow(/own\.jsonl:1: /);
  });
});
