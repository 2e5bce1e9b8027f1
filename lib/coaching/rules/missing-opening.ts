import type { RuleOf } from "../schema";
import { type Check, evidenceOf } from "./finding";
import { spokenMatcher } from "./phrases";

/** The agent has begun without a greeting. Once a call, and only where its beginning was heard. */
export function missingOpening({ params }: RuleOf<"missing-opening">): Check {
  const isOpening = spokenMatcher(params.phrases);
  return ({ complete, elapsedMs, utterances }) => {
    if (!complete || elapsedMs > params.untilMs) return [];
    const said = utterances.filter((utterance) => utterance.party === "agent");
    if (said.length < params.afterAgentUtterances || said.some(isOpening)) return [];
    const evidence = said.slice(0, params.afterAgentUtterances).slice(0, 2).map(evidenceOf);
    return [{ cause: "opening", evidence, reason: `No greeting in the agent's first ${said.length} turns.` }];
  };
}
