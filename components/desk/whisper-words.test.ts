import { describe, expect, it } from "vitest";
import { answersTo, type DeskWhisper, whisperWords } from "./whisper-words";

const rows: [DeskWhisper["state"], DeskWhisper["response"], boolean, string, string[]][] = [
  ["approved", null, false, "comes in a moment", ["heard", "not-now"]],
  ["edited", null, true, "waits: whispers are paused", ["heard", "not-now"]],
  ["approved", "not-now", false, "comes in a moment, you said: not now", ["heard"]],
  ["speaking", null, true, "being spoken to you now", ["heard", "not-now"]],
  ["speaking", "not-now", false, "being spoken to you now, you said: not now", ["heard"]],
  ["speaking", "heard", false, "being spoken to you now, you heard it", ["not-now"]],
  ["spoken", null, false, "spoken to you", ["heard", "repeat"]],
  ["spoken", "heard", false, "spoken to you, you heard it", ["repeat"]],
  ["spoken", "repeat", false, "spoken to you, you asked to hear it again", ["repeat"]],
  ["interrupted", "not-now", false, "not spoken to the end, you said: not now", ["heard"]],
  ["failed", null, false, "not spoken", ["heard"]],
];

describe("a whisper at the desk", () => {
  it.each(rows)("%s, answered %s, paused %s: %s %j", (state, response, isPaused, words, answers) => {
    expect(whisperWords({ state, response }, isPaused)).toBe(words);
    expect(answersTo({ state, response })).toEqual(answers);
  });
});
