import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textReadingSchema } from "../schema";
import type { TextAnalyser } from "../text-analyser";

type Subject = {
  name: string;
  /** A new analyser, not started. */
  make: () => TextAnalyser;
  /** Texts that it must read so. */
  negative: string;
  positive: string;
  neutral: string;
  about: { text: string; key: string };
};

/** What every text analyser keeps to. Each provider's test calls it once. */
export function describeTextAnalyser(subject: Subject): void {
  describe(`text analyser ${subject.name}`, () => {
    it("is unavailable, with a reason, until it is started and after it is stopped", async () => {
      const analyser = subject.make();
      expect(analyser.available).toBe(false);
      expect(analyser.detail).not.toBe("");
      await expect(analyser.read("hello")).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await analyser.start();
      expect(analyser).toMatchObject({ available: true, detail: "" });
      await analyser.stop();
      expect(analyser.available).toBe(false);
      expect(analyser.detail).not.toBe("");
      await expect(analyser.read("hello")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    });
  });

  describe(`text analyser ${subject.name}, started`, () => {
    // One for all of these: a real one loads its model for seconds.
    let reader: TextAnalyser;
    beforeAll(async () => {
      reader = subject.make();
      await reader.start();
    });
    afterAll(() => reader.stop());

    it("tells negative, neutral and positive apart and finds the topic", async () => {
      const [negative, neutral, positive, about] = await Promise.all(
        [subject.negative, subject.neutral, subject.positive, subject.about.text].map((text) => reader.read(text)),
      );
      for (const reading of [negative, neutral, positive, about])
        expect(textReadingSchema.safeParse(reading).success).toBe(true);
      expect(negative?.score).toBeLessThan(-0.3);
      expect(Math.abs(neutral?.score ?? 1)).toBeLessThan(0.3);
      expect(positive?.score).toBeGreaterThan(0.3);
      expect(about?.topics[0]?.key).toBe(subject.about.key);
    });

    it("answers each of many readings with its own result", async () => {
      const alone = [await reader.read(subject.negative), await reader.read(subject.positive)];
      const many = await Promise.all(
        Array.from({ length: 60 }, (_, i) => reader.read(i % 2 === 0 ? subject.negative : subject.positive)),
      );
      many.forEach((reading, i) => {
        expect(reading.score).toBeCloseTo(alone[i % 2]?.score ?? Number.NaN, 4);
      });
    });

    it("reads a text without words as neutral, unsure and about nothing", async () => {
      for (const text of ["", "   ", "…?!"])
        expect(await reader.read(text)).toEqual({ score: 0, confidence: 0, topics: [] });
    });

    it("takes any text there is", async () => {
      for (const text of ["é".repeat(50), "好的，谢谢", "a ".repeat(1999), "\u0000 \ud83d\ude42 0"])
        expect(textReadingSchema.safeParse(await reader.read(text)).success).toBe(true);
    });
  });
}
