import { describe, expect, it } from "vitest";
import type { Actor } from "@/lib/contract/call";
import { type SuggestionState, suggestionSchema, suggestionStateSchema } from "@/lib/contract/coaching";
import { userIdSchema } from "@/lib/contract/ids";
import { AppError } from "@/lib/platform/errors";
import { describeState, takeStep } from "./state";
import { makeSuggestion } from "./testing/make-suggestion";

const anna: Actor = { kind: "user", userId: userIdSchema.parse("u1"), name: "Anna" };
const system: Actor = { kind: "system" };
const states = suggestionStateSchema.options;

const allowed = new Set<string>([
  "proposed>approved",
  "proposed>edited",
  "proposed>rejected",
  "proposed>expired",
  "approved>speaking",
  "approved>failed",
  "approved>interrupted",
  "edited>speaking",
  "edited>failed",
  "edited>interrupted",
  "speaking>spoken",
  "speaking>interrupted",
  "speaking>failed",
]);
const pairs = states.flatMap((from) => states.map((to): [SuggestionState, SuggestionState] => [from, to]));

describe("suggestion state machine", () => {
  it.each(pairs)("%s → %s", (from, to) => {
    const before = makeSuggestion({ state: from });
    const go = () =>
      takeStep({ suggestion: before, step: { state: to, at: 2000, actor: system, text: "Other words." } });
    if (!allowed.has(`${from}>${to}`)) {
      expect(go).toThrow(expect.objectContaining({ code: "WRONG_STATE" }));
      return;
    }
    const after = go();
    expect(after.state).toBe(to);
    expect(after.steps).toHaveLength(2);
    expect(suggestionSchema.parse(after)).toEqual(after);
    expect(before.state).toBe(from);
    expect(before.steps).toHaveLength(1);
  });

  it("keeps time, actor, words and detail of each step", () => {
    const edited = takeStep({
      suggestion: makeSuggestion(),
      step: { state: "edited", at: 2000, actor: anna, text: "Say sorry first." },
    });
    const failed = takeStep({
      suggestion: edited,
      step: { state: "failed", at: 3000, actor: system, detail: "The call ended." },
    });
    expect(failed.text).toBe("Say sorry first.");
    expect(failed.originalText).toBe("Ask why they want to leave.");
    expect(failed.steps.slice(1)).toEqual([
      { state: "edited", at: 2000, actor: anna, text: "Say sorry first.", detail: null },
      { state: "failed", at: 3000, actor: system, text: "Say sorry first.", detail: "The call ended." },
    ]);
  });

  it("takes new words only for an edit, and an edit only with words", () => {
    const approved = takeStep({
      suggestion: makeSuggestion(),
      step: { state: "approved", at: 2000, actor: anna, text: "Ignored." },
    });
    expect(approved.text).toBe("Ask why they want to leave.");
    expect(() => takeStep({ suggestion: makeSuggestion(), step: { state: "edited", at: 2000, actor: anna } })).toThrow(
      AppError,
    );
  });

  it("ends claim, wait and staleness, and cuts an overlong detail", () => {
    const rejected = takeStep({
      suggestion: makeSuggestion({ claimedBy: anna, waitingForPause: true, stale: true }),
      step: { state: "rejected", at: 2000, actor: anna, detail: "x".repeat(900) },
    });
    expect(rejected).toMatchObject({ claimedBy: null, waitingForPause: false, stale: false });
    expect(rejected.steps[1]?.detail).toHaveLength(300);
    expect(describeState(rejected)).toBe("This suggestion was already rejected by Anna.");
  });
});
