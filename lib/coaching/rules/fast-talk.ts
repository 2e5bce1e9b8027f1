import type { RuleOf } from "../schema";
import { type Check, evidenceOf } from "./finding";

/** The agent speaks too fast to be followed. Once a call. */
export function fastTalk({ params }: RuleOf<"fast-talk">): Check {
  return ({ talk, utterances }) => {
    const pace = talk?.agentWordsPerMinute ?? 0;
    if (!talk || talk.agentTalkMs < params.minAgentTalkMs || pace < params.minWordsPerMinute) return [];
    const last = utterances.findLast((utterance) => utterance.party === "agent");
    if (!last) return [];
    const reason = `The agent speaks ${Math.round(pace)} words a minute.`;
    return [{ cause: "pace", evidence: [evidenceOf(last)], reason }];
  };
}
