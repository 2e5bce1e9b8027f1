import { describe, expect, it } from "vitest";
import { makeSuggestion } from "@/lib/coaching/testing/make-suggestion";
import type { Actor } from "@/lib/contract/call";
import type { SuggestionState, SuggestionStep } from "@/lib/contract/coaching";
import { userIdSchema } from "@/lib/contract/ids";
import { proofFacts, stepLines } from "./suggestion-steps";

const dana: Actor = { kind: "user", userId: userIdSchema.parse("dana"), name: "Dana Fox" };
const system: Actor = { kind: "system" };
const step = (state: SuggestionState, actor: Actor, changes: Partial<SuggestionStep> = {}): SuggestionStep => ({
  state,
  at: 1000,
  actor,
  text: "Offer a refund.",
  detail: null,
  ...changes,
});
const texts = (steps: SuggestionStep[], rule = "refund") =>
  stepLines(makeSuggestion({ steps, rule })).map((line) => line.text);

describe("a suggestion's steps in words", () => {
  it("tells an edit with the words before and after it, and only the edit", () => {
    const edited = { text: "Offer a refund today." };
    const lines = stepLines(
      makeSuggestion({
        steps: [
          step("proposed", system),
          step("edited", dana, edited),
          step("speaking", system, edited),
          step("spoken", system, edited),
        ],
      }),
    );
    expect(lines.map((line) => line.text)).toEqual([
      "Proposed by Earshot",
      "Edited and approved by Dana Fox",
      "Began to be spoken to the agent",
      "Spoken to its end",
    ]);
    expect(lines.map((line) => line.change)).toEqual([
      null,
      { from: "Offer a refund.", to: "Offer a refund today." },
      null,
      null,
    ]);
  });

  it("tells a person's approval from the policy's", () => {
    expect(texts([step("proposed", system), step("approved", dana)])).toContain("Approved by Dana Fox");
    expect(texts([step("proposed", system), step("approved", system)])).toContain(
      "Approved automatically, by the team's policy",
    );
  });

  it("tells a supervisor's own words from a proposal", () => {
    expect(texts([step("proposed", dana)], "supervisor")).toEqual(["Written by Dana Fox"]);
  });

  it("tells that an agent asked to hear it again", () => {
    expect(texts([step("proposed", dana)], "repeat")).toEqual(["Asked for again by Dana Fox"]);
  });

  it("keeps why it was rejected or failed", () => {
    const steps = [step("proposed", system), step("rejected", dana, { detail: "wrong moment" })];
    expect(stepLines(makeSuggestion({ steps }))[1]).toMatchObject({
      text: "Rejected by Dana Fox",
      detail: "wrong moment",
    });
    const failed = [step("failed", system, { detail: "mode not confirmed" })];
    expect(stepLines(makeSuggestion({ steps: failed }))[0]).toMatchObject({
      text: "Could not be spoken",
      detail: "mode not confirmed",
    });
    expect(texts([step("expired", system)])).toEqual(["Expired"]);
    expect(texts([step("interrupted", dana), step("interrupted", system)])).toEqual([
      "Interrupted by Dana Fox",
      "Interrupted",
    ]);
  });
});

describe("what was confirmed around a whisper", () => {
  it("says so of a mode that was not confirmed", () => {
    const proof = {
      modeBefore: "spy",
      modeDuring: "whisper",
      modeAfter: null,
      callerClear: true,
      playedMs: 2140,
    } as const;
    expect(proofFacts(proof)).toBe("mode before Spy, during Whisper, after not confirmed · 2.1 s played");
  });
});
