import type { Suggestion } from "@/lib/contract/coaching";
import type { UtteranceId } from "@/lib/contract/ids";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import type { Utterance } from "@/lib/contract/transcript";

export type MoodPoint = { utteranceId: UtteranceId; atMs: number; score: number; rolling: number; quote: string };
/** A whisper's time in the agent's ear, call milliseconds. */
export type WhisperBand = { id: string; fromMs: number; toMs: number };

/** Narrower than this a band could not be seen, milliseconds. */
const LEAST_BAND_MS = 2000;

/** @returns the customer's lines with their sentiment, in order. */
export function moodPoints({
  sentiment,
  utterances,
}: {
  sentiment: SentimentPoint[];
  utterances: Utterance[];
}): MoodPoint[] {
  const quotes = new Map(utterances.map((utterance) => [utterance.utteranceId, utterance.text]));
  return sentiment
    .filter((point) => point.party === "caller")
    .map(({ utteranceId, atMs, score, rolling }) => ({
      utteranceId,
      atMs,
      score,
      rolling,
      quote: quotes.get(utteranceId) ?? "",
    }))
    .sort((a, b) => a.atMs - b.atMs);
}

/** @returns when whispers were spoken; one that is still being spoken reaches to `nowMs` (server epoch milliseconds). */
export function whisperBands({
  suggestions,
  audioStartedAt,
  nowMs,
}: {
  suggestions: Suggestion[];
  audioStartedAt: number | null;
  nowMs: number;
}): WhisperBand[] {
  if (audioStartedAt === null) return [];
  return suggestions.flatMap(({ suggestionId, steps }) => {
    const index = steps.findIndex((step) => step.state === "speaking");
    const start = steps[index];
    if (!start) return [];
    const fromMs = start.at - audioStartedAt;
    const toMs = (steps[index + 1]?.at ?? nowMs) - audioStartedAt;
    return [{ id: suggestionId, fromMs, toMs: Math.max(toMs, fromMs + LEAST_BAND_MS) }];
  });
}
