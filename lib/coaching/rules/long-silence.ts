import type { RuleOf } from "../schema";
import { type Check, evidenceOf, seconds } from "./finding";
import { spokenMatcher } from "./phrases";

/** Nobody speaks; longer is allowed where the agent has just said so. One silence is one cause: it follows one utterance. */
export function longSilence({ params }: RuleOf<"long-silence">): Check {
  const isHold = spokenMatcher(params.holdPhrases);
  return ({ talk, utterances }) => {
    if (!talk) return [];
    const last = utterances.at(-1);
    const lastOfAgent = utterances.findLast((utterance) => utterance.party === "agent");
    const limit = lastOfAgent && isHold(lastOfAgent) ? params.minSilenceOnHoldMs : params.minSilenceMs;
    if (talk.currentSilenceMs < limit) return [];
    const reason = `Nobody has spoken for ${seconds(talk.currentSilenceMs)} seconds.`;
    return [{ cause: last?.utteranceId ?? "start", evidence: last ? [evidenceOf(last)] : [], reason }];
  };
}
