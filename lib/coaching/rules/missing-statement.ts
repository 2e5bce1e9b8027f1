import type { RuleOf } from "../schema";
import { type Check, evidenceOf, isSaidBy, recent } from "./finding";
import { spokenMatcher } from "./phrases";

/** Something was said that needs something else to have been said before. Once a call. */
export function missingStatement({ params }: RuleOf<"missing-statement">): Check {
  const { whenParty, withinMs, needsParty, lookbackMs, minElapsedMs } = params;
  const isOccasion = spokenMatcher(params.when);
  const isNeeded = spokenMatcher(params.needs);
  return (picture) => {
    if (picture.elapsedMs < minElapsedMs || (lookbackMs === null && !picture.complete)) return [];
    const occasion = recent({ picture, withinMs }).findLast(
      (utterance) => isSaidBy({ utterance, speaker: whenParty }) && isOccasion(utterance),
    );
    if (!occasion) return [];
    const searched = lookbackMs === null ? picture.utterances : recent({ picture, withinMs: lookbackMs });
    const wasSaid = searched.some((utterance) => isSaidBy({ utterance, speaker: needsParty }) && isNeeded(utterance));
    if (wasSaid) return [];
    return [
      { cause: "once", evidence: [evidenceOf(occasion)], reason: "This was said, but not what belongs before it." },
    ];
  };
}
