import { z } from "zod";
import { partySchema } from "./call";
import { utteranceIdSchema } from "./ids";

/** One turn of one party. Times are milliseconds since the call's audio began. A partial is replaced in place by id. */
export const utteranceSchema = z.object({
  utteranceId: utteranceIdSchema,
  party: partySchema,
  text: z.string().max(4000),
  startMs: z.number().int().nonnegative(),
  endMs: z.number().int().nonnegative(),
  final: z.boolean(),
});
export type Utterance = z.infer<typeof utteranceSchema>;

/** How well we hear now. Load shedding goes down this list; the screen says so. */
export const transcriptionLevelSchema = z.enum(["full", "slow-partials", "finals-only", "unavailable"]);
export type TranscriptionLevel = z.infer<typeof transcriptionLevelSchema>;
