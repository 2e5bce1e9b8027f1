import { describe, expect, it } from "vitest";
import { endingWords, isStillLive, snippetParts, whisperWords } from "./history-words";

const ended = { endedAt: 5000, endReason: "caller-hung-up", monitoring: "monitored", direction: "inbound" } as const;

describe("how a call ended", () => {
  it("says the reason in words, and one it does not know as it was written", () => {
    expect(endingWords(ended)).toBe("the caller hung up");
    expect(endingWords({ ...ended, direction: "outbound" })).toBe("the customer hung up");
    expect(endingWords({ ...ended, endReason: "transferred" })).toBe("it was transferred");
    expect(endingWords({ ...ended, endReason: "moon-phase" })).toBe("moon-phase");
    expect(endingWords({ ...ended, endReason: null })).toBe("ended");
  });

  it("does not take a call that was left for a live one: its end is not known", () => {
    const left = { endedAt: null, endReason: null, monitoring: "left", direction: "inbound" } as const;
    expect(isStillLive(left)).toBe(false);
    expect(endingWords(left)).toBe("Earshot left, the call went on");
    expect(isStillLive({ ...left, monitoring: "lost" })).toBe(true);
    expect(isStillLive(ended)).toBe(false);
  });
});

describe("what came of whispers", () => {
  it("names only what occurred", () => {
    const words = whisperWords({ spoken: 2, rejected: 0, expired: 1, failed: 0 }).map(({ text }) => text);
    expect(words).toEqual(["2 spoken", "1 expired"]);
  });
});

describe("a snippet", () => {
  it("marks every second piece, also where the line begins with a hit", () => {
    expect(snippetParts(["", "Refund", " me, I want my ", "refund", ""])).toEqual([
      { key: 1, text: "Refund", marked: true },
      { key: 2, text: " me, I want my ", marked: false },
      { key: 3, text: "refund", marked: true },
    ]);
  });

  it("shows a line without a hit plainly", () => {
    expect(snippetParts(["Good morning"])).toEqual([{ key: 0, text: "Good morning", marked: false }]);
  });
});
