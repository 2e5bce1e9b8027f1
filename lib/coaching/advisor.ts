import { z } from "zod";
import type { Mode } from "@/lib/contract/call";
import { evidenceSchema, urgencySchema } from "@/lib/contract/coaching";
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
  /** True: `utterances` reaches back to the first word of the call. Nothing can be called missing otherwise. */
  complete: boolean;
  sentiment: readonly SentimentPoint[];
  topics: readonly TopicMention[];
  talk: TalkMetrics | null;
};

export const adviceSchema = z.object({
  rule: z.string().min(1).max(64),
  ruleLabel: z.string().min(1).max(120),
  urgency: urgencySchema,
  /** What to say in the agent's ear: one or two short sentences. */
  text: z.string().trim().min(1).max(500),
  /** For the supervisor: why this, why now. */
  reason: z.string().max(300),
  /** Never empty, except for rules about what was not said. */
  evidence: z.array(evidenceSchema).max(10),
  /** One happening, one key: advice is proposed once a cause. Default: the rule with its evidence. */
  cause: z.string().max(200).optional(),
});
export type Advice = z.infer<typeof adviceSchema>;

/** Port: what should be whispered now, if anything. The playbook is one, a language model another. */
export interface Advisor {
  readonly name: string;
  /**
   * True: every answer lists all causes that still hold, so one no longer listed has vanished and its suggestion is stale.
   * False (a model that may word things differently each time): absence says nothing.
   */
  readonly restates: boolean;
  /** `words`: only when something was said; `talk`: also as silence and turns go on, about once a second. */
  readonly wakesOn: "words" | "talk";
  /** Least time between two questions about one call. */
  readonly minIntervalMs: number;
  advise(picture: CallPicture, signal: AbortSignal): Promise<Advice[]>;
}

/** @returns the key under which this advice is proposed once. */
export function causeOf(advice: Advice): string {
  return `${advice.rule}:${advice.cause ?? advice.evidence.map((item) => item.utteranceId).join("+")}`;
}
