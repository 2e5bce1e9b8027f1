import {
  accountPhrases,
  apologyPhrases,
  buyingPhrases,
  cancelExcuses,
  cancelPhrases,
  closingPhrases,
  confusionPhrases,
  escalationPhrases,
  greetingPhrases,
  holdPhrases,
  recapPhrases,
  refundPhrases,
  repeatedPhrases,
  threatPhrases,
  verificationPhrases,
} from "./rules/default-phrases";
import type { Playbook, PlaybookRule, RuleOf } from "./schema";

type PhraseRule = RuleOf<"phrase">;

/** A rule on the customer's words or intents (keys of lib/analysis/data/topics.json), heard once within three quarters of a minute unless said otherwise. */
function heard(
  rule: Pick<PhraseRule, "key" | "label" | "urgency" | "text"> & {
    params: Pick<PhraseRule["params"], "phrases"> & Partial<PhraseRule["params"]>;
  },
): PhraseRule {
  const defaults = {
    party: "caller",
    mentions: [],
    minConfidence: 0.6,
    unless: [],
    minCount: 1,
    withinMs: 45_000,
  } as const;
  const params = { ...defaults, mentions: [], unless: [], ...rule.params };
  return { kind: "phrase", enabled: true, ...rule, params };
}

const wishes: PhraseRule[] = [
  heard({
    key: "cancel-intent",
    label: "Wants to cancel",
    urgency: "urgent",
    text: "They may leave. Ask what would make them stay, before you cancel.",
    params: { phrases: cancelPhrases, mentions: ["cancel"], unless: cancelExcuses },
  }),
  heard({
    key: "escalation-request",
    label: "Asks for a supervisor",
    urgency: "urgent",
    text: "They want a supervisor. Acknowledge it, and offer one clear solution now.",
    params: { phrases: escalationPhrases, mentions: ["escalation", "speak-to-person"] },
  }),
  heard({
    key: "refund-request",
    label: "Asks for money back",
    urgency: "normal",
    text: "They ask for money back. Say what you can refund, and when.",
    params: { phrases: refundPhrases, mentions: ["refund"] },
  }),
  heard({
    key: "complaint-threat",
    label: "Threatens with a complaint",
    urgency: "urgent",
    text: "Stay calm. Take the complaint seriously, and do not argue.",
    params: { phrases: threatPhrases, mentions: ["complaint"] },
  }),
  heard({
    key: "buying-signal",
    label: "Buying signal",
    urgency: "normal",
    text: "They are interested. Name the price, and ask for the order.",
    params: { phrases: buyingPhrases, mentions: ["buying-signal", "upgrade"] },
  }),
  heard({
    key: "confusion",
    label: "Does not follow",
    urgency: "normal",
    text: "They do not follow. Explain it again, in one short sentence.",
    params: { phrases: confusionPhrases, minCount: 2, withinMs: 120_000 },
  }),
  heard({
    key: "has-to-repeat",
    label: "Has to repeat themselves",
    urgency: "normal",
    text: "They have told us before. Say back what you already know.",
    params: { phrases: repeatedPhrases },
  }),
];

const conduct: PlaybookRule[] = [
  {
    kind: "mood-falling",
    key: "mood-falling",
    label: "Customer mood falling",
    urgency: "urgent",
    enabled: true,
    text: "The customer is getting upset. Slow down, and say you understand.",
    params: { maxRolling: -0.25, minTurns: 3, withinMs: 60_000 },
  },
  {
    kind: "missing-apology",
    key: "missing-apology",
    label: "No apology",
    urgency: "normal",
    enabled: true,
    text: "Say sorry for the trouble, before you go on.",
    params: { maxScore: -0.5, minConfidence: 0.5, phrases: apologyPhrases, afterAgentUtterances: 2, withinMs: 60_000 },
  },
  {
    kind: "long-silence",
    key: "long-silence",
    label: "Long silence",
    urgency: "normal",
    enabled: true,
    text: "It is quiet. Tell them what you are doing.",
    params: { minSilenceMs: 10_000, minSilenceOnHoldMs: 40_000, holdPhrases },
  },
  {
    kind: "agent-monologue",
    key: "agent-monologue",
    label: "Agent monologue",
    urgency: "low",
    enabled: true,
    text: "Pause now. Ask if they have a question.",
    params: { minTurnMs: 45_000 },
  },
  {
    kind: "interruptions",
    key: "interruptions",
    label: "Agent interrupts",
    urgency: "normal",
    enabled: true,
    text: "Let them finish. Count to two before you answer.",
    params: { minCount: 3, withinMs: 60_000, minOverlapMs: 500, minWords: 5 },
  },
  {
    kind: "fast-talk",
    key: "fast-talk",
    label: "Agent speaks too fast",
    urgency: "low",
    enabled: true,
    text: "Speak a little slower, please.",
    params: { minWordsPerMinute: 200, minAgentTalkMs: 30_000 },
  },
];

const statements: PlaybookRule[] = [
  {
    kind: "missing-opening",
    key: "missing-greeting",
    label: "No greeting",
    urgency: "low",
    enabled: true,
    text: "Greet them, and tell them your name.",
    params: { phrases: greetingPhrases, afterAgentUtterances: 2, untilMs: 60_000 },
  },
  {
    kind: "missing-statement",
    key: "missing-verification",
    label: "Identity not checked",
    urgency: "urgent",
    enabled: true,
    text: "Check who they are, before you speak about the account.",
    params: {
      whenParty: "agent",
      when: accountPhrases,
      withinMs: 45_000,
      needsParty: "agent",
      needs: verificationPhrases,
      lookbackMs: null,
      minElapsedMs: 0,
    },
  },
  {
    kind: "missing-statement",
    key: "missing-recap",
    label: "No recap",
    urgency: "normal",
    enabled: true,
    text: "Before you end, sum up what happens next, and when.",
    params: {
      whenParty: "either",
      when: closingPhrases,
      withinMs: 20_000,
      needsParty: "agent",
      needs: recapPhrases,
      lookbackMs: 180_000,
      minElapsedMs: 60_000,
    },
  },
];

/** What Earshot coaches on where nobody has written a playbook of their own. */
export const defaultPlaybook: Playbook = {
  name: "First playbook",
  version: 1,
  rules: [...wishes, ...conduct, ...statements],
};
