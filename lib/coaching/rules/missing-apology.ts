import type { RuleOf } from "../schema";
import { type Check, evidenceOf, utteranceById } from "./finding";
import { spokenMatcher } from "./phrases";

/** The customer was plainly upset and the agent has spoken since without a word of regret; each outburst is a cause. */
export function missingApology({ params }: RuleOf<"missing-apology">): Check {
  const isApology = spokenMatcher(params.phrases);
  return (picture) => {
    const outbursts = picture.sentiment.filter(
      (point) =>
        point.party === "caller" &&
        point.score <= params.maxScore &&
        point.confidence >= params.minConfidence &&
        point.atMs >= picture.elapsedMs - params.withinMs,
    );
    return outbursts.flatMap((point) => {
      const outburst = utteranceById({ picture, id: point.utteranceId });
      if (!outburst) return [];
      const replies = picture.utterances.filter(
        (utterance) => utterance.party === "agent" && utterance.endMs > outburst.startMs,
      );
      const later = replies.filter((utterance) => utterance.startMs >= outburst.startMs);
      if (later.length < params.afterAgentUtterances || replies.some(isApology)) return [];
      const reason = `The customer is upset (${point.score.toFixed(1)}) and the agent has not said sorry.`;
      return [{ cause: outburst.utteranceId, evidence: [outburst, ...later.slice(-1)].map(evidenceOf), reason }];
    });
  };
}
