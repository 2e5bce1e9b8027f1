import type { SentimentPoint } from "@/lib/contract/sentiment";
import type { RuleOf } from "../schema";
import { type Check, evidenceOf, utteranceById } from "./finding";

const MAX_EVIDENCE = 3;

/** The customer's rolling sentiment is low and falling; one unbroken fall is one cause. */
export function moodFalling({ params }: RuleOf<"mood-falling">): Check {
  const isLow = (point: SentimentPoint) => point.trend === "falling" && point.rolling <= params.maxRolling;
  return (picture) => {
    const points = picture.sentiment.filter((point) => point.party === "caller");
    const last = points.at(-1);
    if (!last || points.length < params.minTurns || !isLow(last)) return [];
    if (last.atMs < picture.elapsedMs - params.withinMs) return [];
    const before = points.findLastIndex((point) => !isLow(point));
    const fall = points.slice(before + 1);
    const cause = fall[0]?.utteranceId ?? last.utteranceId;
    // What began the fall was said before it counted as one.
    const blamed = points.filter((point, index) => index >= before - 1 && point.score < 0).slice(-MAX_EVIDENCE);
    const evidence = blamed.flatMap((point) => utteranceById({ picture, id: point.utteranceId }) ?? []).map(evidenceOf);
    if (evidence.length === 0) return [];
    const reason = `Customer mood is falling and now at ${last.rolling.toFixed(1)} (from −1 to +1).`;
    return [{ cause, evidence, reason }];
  };
}
