import { z } from "zod";

/** A reading as any provider, also a remote one, must give it. */
export const textReadingSchema = z.object({
  score: z.number().min(-1).max(1),
  confidence: z.number().min(0).max(1),
  topics: z
    .array(
      z.object({
        key: z.string().min(1).max(64),
        label: z.string().min(1).max(80),
        kind: z.enum(["topic", "intent"]),
        confidence: z.number().min(0).max(1),
      }),
    )
    .max(20),
});
