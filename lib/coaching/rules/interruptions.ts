import type { Utterance } from "@/lib/contract/transcript";
import type { RuleOf } from "../schema";
import { type Check, evidenceOf, recent, seconds } from "./finding";
import { wordCount } from "./phrases";

/** The agent keeps beginning to speak while the customer speaks; the interruption that completes the count is the cause. */
export function interruptions({ params }: RuleOf<"interruptions">): Check {
  const { minCount, withinMs, minOverlapMs, minWords } = params;
  const cuts = (agent: Utterance, caller: Utterance) =>
    agent.startMs >= caller.startMs + minOverlapMs && agent.startMs <= caller.endMs - minOverlapMs;
  return (picture) => {
    const lately = recent({ picture, withinMs });
    const callers = lately.filter((utterance) => utterance.party === "caller");
    const found = lately.filter(
      (utterance) =>
        utterance.party === "agent" &&
        wordCount(utterance.text) >= minWords &&
        callers.some((caller) => cuts(utterance, caller)),
    );
    return found.slice(minCount - 1).map((utterance, index) => ({
      cause: utterance.utteranceId,
      evidence: found
        .slice(index, index + minCount)
        .slice(-10)
        .map(evidenceOf),
      reason: `The agent spoke over the customer ${minCount} times within ${seconds(withinMs)} seconds.`,
    }));
  };
}
