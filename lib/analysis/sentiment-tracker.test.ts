import { describe, expect, it } from "vitest";
import { SENTIMENT_HALF_LIFE_MS } from "./constants";
import { addReading, type Mood, NEUTRAL_MOOD, nextTrend } from "./sentiment-tracker";

const moodAfter = (readings: [score: number, atMs: number, confidence?: number][], mood: Mood = NEUTRAL_MOOD) =>
  readings.reduce(
    (one, [score, atMs, confidence = 1]) => addReading({ mood: one, reading: { score, atMs, confidence } }),
    mood,
  );

describe("addReading", () => {
  it("begins at the first score", () => {
    expect(moodAfter([[-0.8, 5000]])).toMatchObject({ rolling: -0.8, trend: "steady" });
  });

  it("halves the weight of an utterance in one half-life", () => {
    // 1 with weight ½, −1 with weight 1: (½ − 1) / 1½
    expect(
      moodAfter([
        [1, 0],
        [-1, SENTIMENT_HALF_LIFE_MS],
      ]).rolling,
    ).toBeCloseTo(-1 / 3, 10);
  });

  it("weighs by confidence", () => {
    expect(
      moodAfter([
        [1, 0, 0.25],
        [-1, 0, 0.75],
      ]).rolling,
    ).toBeCloseTo(-0.5, 10);
    expect(Number.isFinite(moodAfter([[1, 0, 0]]).rolling)).toBe(true);
  });

  it("takes a late reading as of now rather than going back in time", () => {
    const mood = moodAfter([
      [0.5, 10_000],
      [0.5, 4000],
    ]);
    expect(mood).toMatchObject({ atMs: 10_000, rolling: 0.5 });
  });

  it("falls, keeps falling through a small recovery, and steadies", () => {
    const good = moodAfter([
      [0.6, 0],
      [0.6, 10_000],
      [0.6, 20_000],
    ]);
    expect(good.trend).toBe("steady");
    const falling = moodAfter([[-0.6, 30_000]], good);
    expect(falling.trend).toBe("falling");
    const later = moodAfter(
      [
        [-0.1, 60_000],
        [0, 100_000],
        [0, 140_000],
      ],
      falling,
    );
    expect(later.trend).not.toBe("falling");
  });
});

describe("nextTrend", () => {
  it.each([
    ["steady", -0.15, "falling"],
    ["steady", -0.14, "steady"],
    ["falling", -0.07, "falling"],
    ["falling", -0.06, "steady"],
    ["steady", 0.15, "rising"],
    ["rising", 0.07, "rising"],
    ["rising", 0.06, "steady"],
    ["rising", -0.1, "steady"],
    ["falling", 0.2, "rising"],
  ] as const)("%s with a lead of %s becomes %s", (trend, lead, next) => {
    expect(nextTrend({ trend, lead })).toBe(next);
  });
});
