import { describe, expect, it } from "vitest";
import { makeSuggestion } from "@/lib/coaching/testing/make-suggestion";
import type { Suggestion, WhisperProof } from "@/lib/contract/coaching";
import { utteranceIdSchema } from "@/lib/contract/ids";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import { sentimentChange } from "./effect";
import { outcomeDetail, outcomeWord, proofWords } from "./proof-words";

const proof = (change: Partial<WhisperProof>): WhisperProof => ({
  modeBefore: "spy",
  modeDuring: "whisper",
  modeAfter: "spy",
  callerClear: true,
  playedMs: 3000,
  ...change,
});

const step = (state: Suggestion["state"], at: number): Suggestion["steps"][number] => ({
  state,
  at,
  actor: { kind: "system" },
  text: "x",
  detail: null,
});

describe("privacy in words", () => {
  it("says confirmed only where it is", () => {
    expect(proofWords(proof({}))).toEqual({ tone: "good", text: "caller heard none: confirmed" });
    expect(proofWords(proof({ callerClear: null })).tone).toBe("bad");
    expect(proofWords(proof({ callerClear: false })).tone).toBe("bad");
    expect(proofWords(proof({ modeAfter: "whisper" }))).toMatchObject({
      tone: "bad",
      text: expect.stringContaining("Whisper"),
    });
  });
});

describe("outcome in words", () => {
  it("tells a spoken one whose words were changed", () => {
    expect(outcomeWord(makeSuggestion({ state: "spoken" }))).toBe("Spoken");
    expect(outcomeWord(makeSuggestion({ state: "spoken", text: "Other." }))).toBe("Spoken, edited");
  });

  it("names who decided and why", () => {
    const rejected = { ...step("rejected", 2), actor: { kind: "user", userId: "a", name: "Anna" }, detail: "too late" };
    const suggestion = makeSuggestion({
      state: "rejected",
      steps: [step("proposed", 1), rejected] as Suggestion["steps"],
    });
    expect(outcomeDetail(suggestion)).toBe("by Anna: too late");
    expect(
      outcomeDetail(makeSuggestion({ state: "expired", steps: [step("proposed", 1), step("expired", 2)] })),
    ).toBeNull();
  });
});

describe("customer sentiment after a whisper", () => {
  const point = (atMs: number, score: number, party: SentimentPoint["party"] = "caller"): SentimentPoint => ({
    utteranceId: utteranceIdSchema.parse(`u${atMs}`),
    party,
    atMs,
    score,
    confidence: 1,
    rolling: score,
    trend: "steady",
  });
  const spoken = makeSuggestion({
    state: "spoken",
    steps: [step("proposed", 10_000), step("approved", 12_000), step("speaking", 13_000), step("spoken", 16_000)],
  });

  it("compares three customer lines on either side of the time it was spoken", () => {
    const sentiment = [
      point(1000, 1),
      point(2000, -0.5),
      point(3000, -0.5),
      point(4000, -0.8),
      point(14_000, -1),
      point(17_000, 0),
      point(18_000, 0.2, "agent"),
      point(19_000, 0.4),
    ];
    const effect = sentimentChange({ suggestion: spoken, sentiment, audioStartedAt: 0 });
    expect(effect).toMatchObject({ before: 3, after: 2 });
    expect(effect?.change).toBeCloseTo(0.2 + 0.6);
  });

  it("is unknown without a line on each side, or without the audio's clock", () => {
    expect(sentimentChange({ suggestion: spoken, sentiment: [point(1000, 1)], audioStartedAt: 0 })).toBeNull();
    const both = [point(1000, 1), point(17_000, 0)];
    expect(sentimentChange({ suggestion: spoken, sentiment: both, audioStartedAt: null })).toBeNull();
    expect(sentimentChange({ suggestion: makeSuggestion(), sentiment: both, audioStartedAt: 0 })).toBeNull();
  });
});
