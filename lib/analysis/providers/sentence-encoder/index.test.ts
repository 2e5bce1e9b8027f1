import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeClock, systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { describeTextAnalyser } from "../../testing/text-analyser-conformance";
import { SentenceEncoderAnalyser } from "./index";

// Each test loads the real encoder in a worker of its own.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describeTextAnalyser({
  name: "sentence-encoder",
  make: () => new SentenceEncoderAnalyser({ clock: systemClock, logger: silentLogger }),
  negative: "I am furious, this is the worst service I have ever had.",
  neutral: "My account number is four four seven one.",
  positive: "That's wonderful, thank you so much for your help.",
  about: { text: "I would like to get a refund for my order.", key: "refund" },
});

describe("a worker that misbehaves", () => {
  const workerFile = new URL("./testing/crashing-worker.ts", import.meta.url);
  let clock: FakeClock;
  let analyser: SentenceEncoderAnalyser;

  beforeEach(async () => {
    clock = new FakeClock();
    analyser = new SentenceEncoderAnalyser({ clock, logger: silentLogger, workerFile });
    await analyser.start();
  });
  afterEach(() => analyser.stop());

  it.each(["crash", "nonsense"])("loses the batch of a %s, starts again and reads what waited", async (word) => {
    const lost = expect(analyser.read(word)).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
    const waiting = analyser.read("ten letters".slice(0, 10));
    await lost;
    await clock.advance(500);
    expect((await waiting).score).toBeCloseTo(0.1);
  });

  it("starts again after a batch without an answer", async () => {
    const lost = expect(analyser.read("hang")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await clock.advance(30_000);
    await lost;
    const next = analyser.read("a");
    await clock.advance(500);
    expect((await next).score).toBeCloseTo(0.01);
  });

  it("waits twice as long before the second start in a row", async () => {
    await expect(analyser.read("crash")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const second = analyser.read("crash");
    await clock.advance(500);
    await expect(second).rejects.toMatchObject({ code: "UNAVAILABLE" });
    let answered = false;
    const third = analyser.read("a").finally(() => {
      answered = true;
    });
    await clock.advance(999);
    expect(answered).toBe(false);
    await clock.advance(1);
    expect((await third).score).toBeCloseTo(0.01);
  });

  it("passes a failure on and goes on", async () => {
    await expect(analyser.read("fail")).rejects.toMatchObject({ message: "scripted failure" });
    expect((await analyser.read("ab")).score).toBeCloseTo(0.02);
  });

  it("lets no more than 200 wait, and drops them when it is stopped", async () => {
    const busy = analyser.read("hang");
    const waiting = Array.from({ length: 200 }, () => analyser.read("a"));
    await expect(analyser.read("one too many")).rejects.toMatchObject({ code: "RATE_LIMITED" });
    const all = Promise.allSettled([busy, ...waiting]);
    await analyser.stop();
    expect((await all).every(({ status }) => status === "rejected")).toBe(true);
  });
});

describe("something missing", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "analyser-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is unavailable without a model, and says which file", async () => {
    const modelPath = join(folder, "none.json");
    const analyser = new SentenceEncoderAnalyser({ clock: systemClock, logger: silentLogger, modelPath });
    await analyser.start();
    expect(analyser.available).toBe(false);
    expect(analyser.detail).toContain(modelPath);
    await expect(analyser.read("hello")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("takes one's own topics, and names the line of a fault in them", async () => {
    const topicsPath = join(folder, "topics.json");
    const seeds = ["my cat is stuck", "the cat sits in a tree", "please rescue our cat", "our kitten cannot get down"];
    seeds.push("a cat on the roof", "the cat will not come down", "cat rescue please", "my cat climbed too high");
    const topic = { key: "cat-rescue", label: "Cat rescue", kind: "topic", seeds };
    await writeFile(topicsPath, JSON.stringify({ topics: [topic], background: ["hello", "yes", "my name is Daniel"] }));
    const analyser = new SentenceEncoderAnalyser({
      clock: systemClock,
      logger: silentLogger,
      topicsPath,
      cacheDir: folder,
    });
    await analyser.start();
    expect((await analyser.read("There's a cat in the tree and it can't get down.")).topics[0]?.key).toBe("cat-rescue");
    await analyser.stop();
    await writeFile(
      topicsPath,
      '{\n  "topics": [\n    { "key": "Cat!", "label": "Cat", "kind": "topic", "seeds": [] }\n  ]\n}',
    );
    const faulty = new SentenceEncoderAnalyser({
      clock: systemClock,
      logger: silentLogger,
      topicsPath,
      cacheDir: folder,
    });
    await faulty.start();
    expect(faulty.detail).toContain(`${topicsPath}:3: topics.0.key`);
  });
});
