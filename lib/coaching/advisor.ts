import type { Mode } from "@/lib/contract/call";
import type { Evidence, Urgency } from "@/lib/contract/coaching";
import type { SentimentPoint, TalkMetrics, TopicMention } from "@/lib/contract/sentiment";
import type { Utterance } from "@/lib/contract/transcript";

/** All an advisor may know of a call when it is asked. */
export type CallPicture = {
  nowMs: number;
  /** Position on the audio clock. */
  elapsedMs: number;
  mode: Mode | null;
  /** Final utterances, oldest first, the last few minutes. */
  utterances: readonly Utterance[];
  sentiment: readonly SentimentPoint[];
  topics: readonly TopicMention[];
  talk: TalkMetrics | null;
};

export type Advice = {
  rule: string;
  ruleLabel: string;
  urgency: Urgency;
  /** What to say in the agent's ear: one or two short sentences. */
  text: string;
  reason: string;
  /** Never empty, except for rules about what was not said. */
  evidence: Evidence[];
};

/** Port: what should be whispered now, if anything. The playbook is one, a language model another. */
export interface Advisor {
  readonly name: string;
  advise(picture: CallPicture, signal: AbortSignal): Promise<Advice[]>;
}
