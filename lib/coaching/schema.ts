import { z } from "zod";
import { urgencySchema } from "@/lib/contract/coaching";
import { ADVISOR_RULE, MAX_WHISPER_WORDS, REPEAT_RULE, SUPERVISOR_RULE } from "./constants";

const speakerSchema = z.enum(["caller", "agent", "either"]);
export type Speaker = z.infer<typeof speakerSchema>;

/** Plain words, matched whole and without regard to case; `...` stands for up to four words in between. */
const phraseSchema = z
  .string()
  .trim()
  .min(2)
  .max(80)
  .regex(/[A-Za-z]/, "a phrase needs letters");
const phrasesSchema = z.array(phraseSchema).max(60);
const somePhrasesSchema = phrasesSchema.min(1);
const durationMs = z.number().int().min(1000).max(600_000);
const count = z.number().int().min(1).max(20);
const share = z.number().min(0).max(1);
const score = z.number().min(-1).max(1);

/** Words that a synthesiser speaks well and that an agent grasps while listening to somebody else. */
export function whisperText({ maxWords }: { maxWords: number }) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxWords * 10)
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ,.'?!-]*$/, "letters, digits and simple punctuation only")
    .refine((text) => text.split(/\s+/).length <= maxWords, `at most ${maxWords} words`);
}

function rule<K extends string, P extends z.ZodRawShape>(kind: K, params: P) {
  return z.object({
    kind: z.literal(kind),
    key: z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9-]*$/, "small letters, digits and dashes")
      .refine(
        (key) => ![ADVISOR_RULE, SUPERVISOR_RULE, REPEAT_RULE].includes(key),
        "this key is taken by Earshot itself",
      ),
    label: z.string().trim().min(1).max(120),
    urgency: urgencySchema,
    enabled: z.boolean(),
    text: whisperText({ maxWords: MAX_WHISPER_WORDS }),
    params: z.object(params),
  });
}

const moodFallingSchema = rule("mood-falling", {
  /** Rolling customer sentiment at which a falling mood counts. */
  maxRolling: score,
  minTurns: count,
  withinMs: durationMs,
});
const phraseRuleSchema = rule("phrase", {
  party: speakerSchema,
  phrases: phrasesSchema,
  /** Keys of intents or topics that count like a phrase. */
  mentions: z.array(z.string().max(64)).max(20),
  minConfidence: share,
  /** An utterance with one of these does not count. */
  unless: phrasesSchema,
  /** So many within `withinMs`. */
  minCount: count,
  withinMs: durationMs,
});
const longSilenceSchema = rule("long-silence", {
  minSilenceMs: durationMs,
  /** Where the agent has just announced it. */
  minSilenceOnHoldMs: durationMs,
  holdPhrases: phrasesSchema,
});
const agentMonologueSchema = rule("agent-monologue", { minTurnMs: durationMs });
const interruptionsSchema = rule("interruptions", {
  minCount: count,
  withinMs: durationMs,
  /** Both spoke at least so long, so that a slip at a change of turns is none. */
  minOverlapMs: z.number().int().min(0).max(5000),
  /** Shorter ones ("mm-hmm", "I see") are no interruptions. */
  minWords: count,
});
const missingOpeningSchema = rule("missing-opening", {
  phrases: somePhrasesSchema,
  afterAgentUtterances: count,
  /** Later it makes no sense any more. */
  untilMs: durationMs,
});
const missingStatementSchema = rule("missing-statement", {
  whenParty: speakerSchema,
  when: somePhrasesSchema,
  withinMs: durationMs,
  needsParty: speakerSchema,
  needs: somePhrasesSchema,
  /** How far back it may have been said; null: any time in the call. */
  lookbackMs: durationMs.nullable(),
  /** Not in a call shorter than this. */
  minElapsedMs: z.number().int().min(0).max(600_000),
});
const missingApologySchema = rule("missing-apology", {
  maxScore: score,
  minConfidence: share,
  phrases: somePhrasesSchema,
  /** So many turns the agent has to come to it. */
  afterAgentUtterances: count,
  withinMs: durationMs,
});
const fastTalkSchema = rule("fast-talk", {
  minWordsPerMinute: z.number().min(100).max(400),
  minAgentTalkMs: durationMs,
});

/** The closed set of what a rule can be; a form can be made of it. */
const playbookRuleSchema = z.discriminatedUnion("kind", [
  moodFallingSchema,
  phraseRuleSchema,
  longSilenceSchema,
  agentMonologueSchema,
  interruptionsSchema,
  missingOpeningSchema,
  missingStatementSchema,
  missingApologySchema,
  fastTalkSchema,
]);
export type PlaybookRule = z.infer<typeof playbookRuleSchema>;
type RuleKind = PlaybookRule["kind"];
export type RuleOf<K extends RuleKind> = Extract<PlaybookRule, { kind: K }>;

export const playbookSchema = z.object({
  name: z.string().trim().min(1).max(80),
  version: z.number().int().positive(),
  rules: z
    .array(playbookRuleSchema)
    .max(100)
    .refine((rules) => new Set(rules.map((each) => each.key)).size === rules.length, "two rules have the same key"),
});
export type Playbook = z.infer<typeof playbookSchema>;
