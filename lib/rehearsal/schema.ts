import { z } from "zod";
import { suggestionStateSchema } from "@/lib/contract/coaching";
import type { OpenScenario } from "./types";

export const rehearsalIdSchema = z.uuid().brand<"RehearsalId">();
export type RehearsalId = z.infer<typeof rehearsalIdSchema>;

/** A scenario before it is rehearsed: what it teaches would give the answers away. */
export type ScenarioChoice = Omit<OpenScenario, "teaches">;

export const startRehearsalSchema = z.object({ scenarioId: z.string().min(1).max(64) });

/** Positions on the call's audio clock, milliseconds, as in its recording. */
const ms = z.number().nonnegative();

/** Something that the supervisor said to the agent (or, in barge, to both). */
export const interventionSchema = z.object({
  kind: z.enum(["whisper", "voice"]),
  /** The words of a whisper; null for their own voice. */
  text: z.string().max(500).nullable(),
  atMs: ms,
  endMs: ms,
});
export type Intervention = z.infer<typeof interventionSchema>;

/** What the playbook offered meanwhile, and what became of it. */
export const offeredSchema = z.object({ text: z.string().max(500), atMs: ms, state: suggestionStateSchema });
export type Offered = z.infer<typeof offeredSchema>;

/** caught: in time. late: said something, but not in time or not enough of it. unreached: the talk never came to it. */
export const momentResultSchema = z.object({
  moment: z.string().max(64),
  advice: z.string().max(300),
  outcome: z.enum(["caught", "late", "missed", "unreached"]),
  /** When the customer began to say what calls for coaching, and until when it counted; null where unreached. */
  cueMs: ms.nullable(),
  decidedMs: ms.nullable(),
  /** From the cue to the first word of the answer; null without one. */
  reactionMs: ms.nullable(),
  answer: interventionSchema.nullable(),
  offered: z.array(offeredSchema).max(20),
  /** 0…1 */
  value: z.number().min(0).max(1).nullable(),
});
export type MomentResult = z.infer<typeof momentResultSchema>;

export const rehearsalResultSchema = z.object({
  version: z.literal(1),
  /** 0…100; null where the talk came to none of its moments. */
  score: z.number().int().min(0).max(100).nullable(),
  moments: z.array(momentResultSchema).max(100),
  needless: z.array(interventionSchema).max(200),
});
export type RehearsalResult = z.infer<typeof rehearsalResultSchema>;
