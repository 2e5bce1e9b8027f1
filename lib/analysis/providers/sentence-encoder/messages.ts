import { z } from "zod";
import { textReadingSchema } from "../../schema";

/** `program` is the URL of the worker's module (worker-boot.mjs reads it). */
export const workerDataSchema = z.object({
  program: z.string().min(1),
  modelPath: z.string().min(1),
  topicsPath: z.string().min(1),
  cacheDir: z.string().min(1),
});
export type WorkerData = z.infer<typeof workerDataSchema>;

/** To the worker. One batch at a time. */
export const requestSchema = z.object({ batch: z.number().int(), texts: z.array(z.string()).min(1) });
export type ReadRequest = z.infer<typeof requestSchema>;

/** From the worker. */
export const answerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  /** Something it needs is missing; it will not come by trying again. */
  z.object({ type: z.literal("unavailable"), detail: z.string() }),
  z.object({ type: z.literal("read"), batch: z.number().int(), readings: z.array(textReadingSchema) }),
  z.object({ type: z.literal("failed"), batch: z.number().int(), detail: z.string() }),
]);
export type WorkerAnswer = z.infer<typeof answerSchema>;
