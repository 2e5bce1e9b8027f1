import { z } from "zod";
import { callIdSchema } from "./ids";

/** What the server and the built-in switch, its child process, say to each other over the process channel. */

export const scenarioCardSchema = z.object({
  scenarioId: z.string().max(64),
  title: z.string().max(80),
  teaches: z.string().max(300),
  /** Of the agent who is called. */
  extension: z.string().max(64),
  moments: z.number().int().nonnegative(),
});
export type ScenarioCard = z.infer<typeof scenarioCardSchema>;

/** How a coachable moment of a scripted call went; positions on the call's audio clock, milliseconds. */
export const momentOutcomeSchema = z.object({
  moment: z.string().max(64),
  /** What a coach would have said. */
  advice: z.string().max(300),
  isCoached: z.boolean(),
  /** When the customer began to say what calls for coaching. */
  cueMs: z.number().nonnegative(),
  /** Until when coaching counted. */
  decidedMs: z.number().nonnegative(),
  coachedMs: z.number().nonnegative().nullable(),
});
export type MomentOutcome = z.infer<typeof momentOutcomeSchema>;

export const toSwitchSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("scenarios.list"), requestId: z.string().max(64) }),
  /** Places a call of this scenario as soon as its agent is free. */
  z.object({
    type: z.literal("rehearsal.place"),
    requestId: z.string().max(64),
    scenarioId: z.string().max(64),
    callId: callIdSchema,
  }),
]);
export type ToSwitch = z.infer<typeof toSwitchSchema>;

export const fromSwitchSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("listening"), url: z.url({ protocol: /^wss?$/ }) }),
  z.object({
    type: z.literal("scenarios"),
    requestId: z.string().max(64),
    scenarios: z.array(scenarioCardSchema).max(500),
  }),
  z.object({ type: z.literal("rehearsal.placed"), requestId: z.string().max(64) }),
  z.object({ type: z.literal("rehearsal.refused"), requestId: z.string().max(64), message: z.string().max(300) }),
  /** `audioStartedAt`: epoch milliseconds of audio position 0; null: the two were never connected. */
  z.object({
    type: z.literal("rehearsal.over"),
    callId: callIdSchema,
    audioStartedAt: z.number().nullable(),
    moments: z.array(momentOutcomeSchema).max(50),
    /** Moments that the talk never came to. */
    unreached: z.array(z.object({ moment: z.string().max(64), advice: z.string().max(300) })).max(50),
  }),
]);
export type FromSwitch = z.infer<typeof fromSwitchSchema>;
