import { z } from "zod";
import { callStateSchema, speakingModeSchema } from "./call";
import { agentResponseSchema, suggestionStateSchema } from "./coaching";
import { callIdSchema, suggestionIdSchema } from "./ids";

/** What an agent sees of their own call: no suggestion that nobody approved, no mood, no score. */
export const deskViewSchema = z.object({
  callId: callIdSchema,
  state: callStateSchema,
  callerNumber: z.string().max(64),
  callerName: z.string().max(120).nullable(),
  connectedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  /** Approved ones only, the newest last. */
  whispers: z
    .array(
      z.object({
        suggestionId: suggestionIdSchema,
        text: z.string().max(500),
        state: suggestionStateSchema,
        at: z.number().int(),
        response: agentResponseSchema.nullable(),
      }),
    )
    .max(20),
  whispersPaused: z.boolean(),
  helpAskedAt: z.number().int().nullable(),
  /** Who hears the call; null: the team's policy does not tell. */
  listeners: z.array(z.string().max(120)).max(20).nullable(),
  /** Who speaks to the agent now. */
  speaker: z.object({ name: z.string().max(120), mode: speakingModeSchema }).nullable(),
});
export type DeskView = z.infer<typeof deskViewSchema>;
