import { describe, expect, it } from "vitest";
import { makeSuggestion } from "@/lib/coaching/testing/make-suggestion";
import { actorSchema } from "@/lib/contract/call";
import type { ModeChange } from "@/lib/contract/call-view";
import { sampleInfo } from "@/lib/history/testing/sample-call";
import { interventionLines, modeChangeText } from "./intervention-lines";

const dana = actorSchema.parse({ kind: "user", userId: "dana", name: "Dana Fox" });
const change: ModeChange = {
  requestId: "r1",
  requested: "whisper",
  confirmed: "whisper",
  previous: "spy",
  failed: null,
  byName: "Dana Fox",
  at: 2000,
};

describe("a mode change in words", () => {
  it("tells what was asked for and what was confirmed", () => {
    expect(modeChangeText(change)).toBe("Whisper requested, Whisper confirmed (was Spy)");
    expect(modeChangeText({ ...change, confirmed: "barge" })).toBe("Whisper requested, Barge confirmed (was Spy)");
  });

  it("does not take a request for a confirmation", () => {
    expect(modeChangeText({ ...change, confirmed: null })).toBe("Whisper requested, never confirmed");
    expect(modeChangeText({ ...change, confirmed: null, failed: "no answer" })).toBe(
      "Whisper requested, failed: no answer",
    );
  });

  it("says of a change nobody here asked for that it was not requested", () => {
    expect(modeChangeText({ ...change, requested: null, confirmed: "spy", previous: null })).toBe(
      "Spy confirmed, not requested here",
    );
    expect(modeChangeText({ ...change, requested: null, confirmed: null })).toBe(
      "No mode any more, not requested here",
    );
  });
});

describe("the interventions of a call", () => {
  it("puts modes and whispers in one order and marks what went wrong", () => {
    const suggestion = makeSuggestion({
      state: "failed",
      steps: [
        { state: "proposed", at: 1000, actor: { kind: "system" }, text: "Calm.", detail: null },
        { state: "speaking", at: 3000, actor: { kind: "system" }, text: "Calm.", detail: null },
        { state: "failed", at: 4000, actor: { kind: "system" }, text: "Calm.", detail: "line lost" },
      ],
    });
    const lines = interventionLines({
      modeChanges: [change, { ...change, confirmed: "spy", at: 5000 }],
      suggestions: [suggestion],
      speakings: [
        {
          ...{ speakingId: "v1", mode: "whisper", by: dana, startedAt: 3500, endedAt: 9000 },
          ...{ spokenMs: 5400, reason: "released", callerClear: true },
        },
      ],
      info: sampleInfo({ id: "c1", teamId: null, startedAt: 0 }),
    });
    expect(lines.map(({ at, bad }) => [at, bad])).toEqual([
      [2000, false],
      [3000, false],
      [3500, false],
      [4000, true],
      [5000, true],
    ]);
    expect(lines[2]?.text).toBe("Dana Fox whispered to the agent, 0:05, private ✓");
    expect(lines[3]?.text).toBe("Whisper failed: Wants to cancel, line lost");
  });
});
