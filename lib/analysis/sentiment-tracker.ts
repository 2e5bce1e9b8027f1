import type { Trend } from "@/lib/contract/sentiment";
import { SENTIMENT_HALF_LIFE_MS, TREND_BEGIN, TREND_END, TREND_HALF_LIFE_MS } from "./constants";

type DecayedMean = { sum: number; weight: number };

/** One party's mood so far. Immutable; `addReading` gives the next one. */
export type Mood = { slow: DecayedMean; quick: DecayedMean; atMs: number; rolling: number; trend: Trend };

export const NEUTRAL_MOOD: Mood = {
  slow: { sum: 0, weight: 0 },
  quick: { sum: 0, weight: 0 },
  atMs: 0,
  rolling: 0,
  trend: "steady",
};

type Reading = { score: number; confidence: number; atMs: number };

/**
 * Folds one utterance in. `rolling` is the mean of all scores so far, each weighted with confidence · 2^(−age / half-life),
 * ages on the call's audio clock; silence alone does not move it. A late reading (atMs before the last) counts as now.
 * The trend compares a quick mean with the rolling one, begins at ±TREND_BEGIN and ends inside ±TREND_END.
 */
export function addReading({ mood, reading }: { mood: Mood; reading: Reading }): Mood {
  const atMs = Math.max(mood.atMs, reading.atMs);
  const age = atMs - mood.atMs;
  const slow = decayed(mood.slow, { age, halfLife: SENTIMENT_HALF_LIFE_MS, reading });
  const quick = decayed(mood.quick, { age, halfLife: TREND_HALF_LIFE_MS, reading });
  const rolling = meanOf(slow);
  return { slow, quick, atMs, rolling, trend: nextTrend({ trend: mood.trend, lead: meanOf(quick) - rolling }) };
}

/** @returns the trend after `lead` (quick minus rolling mean), given the one before. */
export function nextTrend({ trend, lead }: { trend: Trend; lead: number }): Trend {
  if (lead <= -TREND_BEGIN) return "falling";
  if (lead >= TREND_BEGIN) return "rising";
  if (trend === "falling" && lead < -TREND_END) return "falling";
  if (trend === "rising" && lead > TREND_END) return "rising";
  return "steady";
}

function decayed(mean: DecayedMean, to: { age: number; halfLife: number; reading: Reading }): DecayedMean {
  const keep = 2 ** (-to.age / to.halfLife);
  // A reading without any confidence must not divide by zero, nor be the whole mood of a call's first words.
  const weight = Math.max(to.reading.confidence, 0.01);
  return { sum: mean.sum * keep + to.reading.score * weight, weight: mean.weight * keep + weight };
}

function meanOf(mean: DecayedMean): number {
  return mean.weight === 0 ? 0 : Math.max(-1, Math.min(1, mean.sum / mean.weight));
}
