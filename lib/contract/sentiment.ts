import { z } from "zod";
import { partySchema } from "./call";
import { utteranceIdSchema } from "./ids";

export const trendSchema = z.enum(["falling", "steady", "rising"]);
export type Trend = z.infer<typeof trendSchema>;

/** Sentiment of one utterance; scores run from −1 (negative) to +1 (positive). */
export const sentimentPointSchema = z.object({
  utteranceId: utteranceIdSchema,
  party: partySchema,
  /** End of the utterance, milliseconds since the call's audio began. */
  atMs: z.number().int().nonnegative(),
  score: z.number().min(-1).max(1),
  /** 0…1. */
  confidence: z.number().min(0).max(1),
  /** Decayed mean over the party's utterances so far. */
  rolling: z.number().min(-1).max(1),
  trend: trendSchema,
});
export type SentimentPoint = z.infer<typeof sentimentPointSchema>;

/** A topic or intent found in an utterance. `key` is stable, `label` is for people. */
export const topicMentionSchema = z.object({
  utteranceId: utteranceIdSchema,
  party: partySchema,
  atMs: z.number().int().nonnegative(),
  key: z.string().max(64),
  label: z.string().max(80),
  kind: z.enum(["topic", "intent"]),
  confidence: z.number().min(0).max(1),
});
export type TopicMention = z.infer<typeof topicMentionSchema>;

/** How the two talk. Milliseconds of voice as voice activity sees it, since the call's audio began. */
export const talkMetricsSchema = z.object({
  callerTalkMs: z.number().int().nonnegative(),
  agentTalkMs: z.number().int().nonnegative(),
  overlapMs: z.number().int().nonnegative(),
  /** Nobody speaking, in all. */
  silenceMs: z.number().int().nonnegative(),
  /** Nobody speaking, up to now; 0 while someone speaks. */
  currentSilenceMs: z.number().int().nonnegative(),
  /** Length of the agent's turn that is going on; 0 while it is not the agent's turn. */
  agentTurnMs: z.number().int().nonnegative(),
  /** Times the agent began to speak while the caller spoke. */
  agentInterruptions: z.number().int().nonnegative(),
  callerWordsPerMinute: z.number().nonnegative().nullable(),
  agentWordsPerMinute: z.number().nonnegative().nullable(),
  /** Audio heard so far. */
  elapsedMs: z.number().int().nonnegative(),
});
export type TalkMetrics = z.infer<typeof talkMetricsSchema>;
