import { z } from "zod";
import { actorSchema, speakingEndSchema, speakingModeSchema } from "./call";

/** One stretch of a supervisor's own voice. `endedAt` null: the microphone is open. */
export const speakingSchema = z.object({
  speakingId: z.string().max(64),
  mode: speakingModeSchema,
  by: actorSchema,
  startedAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  spokenMs: z.number().int().nonnegative(),
  reason: speakingEndSchema.nullable(),
  callerClear: z.boolean().nullable(),
});
export type Speaking = z.infer<typeof speakingSchema>;

/** @returns the stretch that is being spoken now; null: no microphone is open. */
export function openSpeaking({ speakings }: { speakings: readonly Speaking[] }): Speaking | null {
  return speakings.findLast((one) => one.endedAt === null) ?? null;
}

/** Who may speak into a call, and who would like to. */
export const floorSchema = z.object({ holder: actorSchema.nullable(), askedBy: actorSchema.nullable() });
export type Floor = z.infer<typeof floorSchema>;

/** Why a microphone's frame was not taken. */
export const speakFaultSchema = z.enum([
  "BAD_FRAME",
  "TOO_LARGE",
  /** No microphone of this socket is open, or another one is. */
  "NOT_SPEAKING",
  "MODE_MISMATCH",
  "RATE_LIMITED",
  "UNAUTHENTICATED",
]);
export type SpeakFault = z.infer<typeof speakFaultSchema>;

/** Browser → server, without an answer: contract/headset's frame. What is refused is told in `speak:refused`. */
export const SPEAK_FRAME = "speak:frame";
