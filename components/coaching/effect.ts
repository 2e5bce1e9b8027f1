import type { Suggestion } from "@/lib/contract/coaching";
import { isFinal } from "@/lib/contract/coaching";
import type { SentimentPoint } from "@/lib/contract/sentiment";

/** Customer lines on either side that are compared. */
const LINES = 3;

export type Effect = { change: number; before: number; after: number };

/**
 * Customer sentiment after a suggestion's end against before it: mean score of up to three customer lines after the last step
 * minus the mean of up to three before the first. A difference in time, not a proof of cause.
 * @returns null until both sides have a line, or where audio time is not known.
 */
export function sentimentChange({
  suggestion,
  sentiment,
  audioStartedAt,
}: {
  suggestion: Suggestion;
  sentiment: SentimentPoint[];
  audioStartedAt: number | null;
}): Effect | null {
  const last = suggestion.steps.at(-1);
  if (audioStartedAt === null || !last || !isFinal(suggestion.state)) return null;
  const began = suggestion.steps.find((step) => step.state === "speaking") ?? last;
  const caller = sentiment.filter((point) => point.party === "caller").sort((a, b) => a.atMs - b.atMs);
  const before = caller.filter((point) => point.atMs <= began.at - audioStartedAt).slice(-LINES);
  const after = caller.filter((point) => point.atMs > last.at - audioStartedAt).slice(0, LINES);
  if (before.length === 0 || after.length === 0) return null;
  return { change: mean(after) - mean(before), before: before.length, after: after.length };
}

function mean(points: SentimentPoint[]): number {
  return points.reduce((sum, point) => sum + point.score, 0) / points.length;
}
