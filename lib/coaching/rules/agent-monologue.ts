import type { RuleOf } from "../schema";
import { type Check, evidenceOf, seconds } from "./finding";

/** The agent's turn goes on and on. One turn is one cause: it follows the customer's last words. */
export function agentMonologue({ params }: RuleOf<"agent-monologue">): Check {
  return ({ talk, utterances, elapsedMs }) => {
    if (!talk || talk.agentTurnMs < params.minTurnMs) return [];
    const lastOfCaller = utterances.findLast((utterance) => utterance.party === "caller");
    const began = elapsedMs - talk.agentTurnMs;
    const said = utterances.filter((utterance) => utterance.party === "agent" && utterance.endMs >= began);
    // A turn cut out of one breath may have no final line yet: then there is nothing to show.
    if (said.length === 0) return [];
    const reason = `The agent has been speaking for ${seconds(talk.agentTurnMs)} seconds.`;
    return [{ cause: lastOfCaller?.utteranceId ?? "start", evidence: said.slice(-2).map(evidenceOf), reason }];
  };
}
