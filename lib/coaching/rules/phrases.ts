import type { Utterance } from "@/lib/contract/transcript";

/** Small letters, straight apostrophes, single spaces, nothing else: how phrases and transcripts are compared. */
export function normalise(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[^\p{L}\p{N}']+/gu, " ")
    .trim();
}

export function wordCount(text: string): number {
  const words = normalise(text);
  return words === "" ? 0 : words.split(" ").length;
}

const GAP = "(?: [^ ]+){0,4}? ";

function patternOf(phrase: string): string {
  const parts = phrase.split("...").map((part) => normalise(part));
  return parts.filter((part) => part !== "").join(GAP);
}

/**
 * One matcher for a list of phrases: whole words, in order; `...` stands for up to four words in between.
 * Normalised text holds only letters, digits, apostrophes and spaces, so nothing in a phrase can be a pattern.
 */
export function phraseMatcher(phrases: readonly string[]): (text: string) => boolean {
  const patterns = phrases.map(patternOf).filter((pattern) => pattern !== "");
  if (patterns.length === 0) return () => false;
  const expression = new RegExp(`(?:^| )(?:${patterns.join("|")})(?= |$)`, "u");
  return (text) => expression.test(normalise(text));
}

/**
 * The same for utterances, each looked at once: a rule is asked every second, and what was said does not change.
 */
export function spokenMatcher(phrases: readonly string[]): (utterance: Utterance) => boolean {
  const matches = phraseMatcher(phrases);
  const known = new WeakMap<Utterance, boolean>();
  return (utterance) => {
    const before = known.get(utterance);
    if (before !== undefined) return before;
    const result = matches(utterance.text);
    known.set(utterance, result);
    return result;
  };
}
