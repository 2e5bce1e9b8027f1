import type { Utterance } from "@/lib/contract/transcript";
import type { CallPicture } from "../advisor";
import type { RuleOf } from "../schema";
import { type Check, evidenceOf, isSaidBy, recent, seconds } from "./finding";
import { spokenMatcher } from "./phrases";

/** Certain words or intents, once or several times; each utterance that completes the count is a cause. */
export function phrase({ params }: RuleOf<"phrase">): Check {
  const { party, mentions, minConfidence, minCount, withinMs } = params;
  const matches = spokenMatcher(params.phrases);
  const isExcused = spokenMatcher(params.unless);

  const mentioned = (picture: CallPicture) =>
    new Set(
      picture.topics
        .filter((mention) => mentions.includes(mention.key) && mention.confidence >= minConfidence)
        .map((mention) => mention.utteranceId),
    );

  return (picture) => {
    const ids = mentions.length > 0 ? mentioned(picture) : null;
    const counts = (utterance: Utterance) =>
      isSaidBy({ utterance, speaker: party }) &&
      (matches(utterance) || ids?.has(utterance.utteranceId)) &&
      !isExcused(utterance);
    const found = recent({ picture, withinMs }).filter(counts);
    return found.slice(minCount - 1).map((utterance, index) => ({
      cause: utterance.utteranceId,
      evidence: found
        .slice(index, index + minCount)
        .slice(-10)
        .map(evidenceOf),
      reason:
        minCount === 1
          ? `Heard from the ${party === "either" ? "call" : party === "caller" ? "customer" : "agent"}: see the quote.`
          : `Heard ${minCount} times within ${seconds(withinMs)} seconds.`,
    }));
  };
}
