import { z } from "zod";

/** Filters of the history page, as they stand in its URL. A bad value is left out rather than refused: links grow old. */
export const historyFilterSchema = z.object({
  /** Words said in the call, as one would type them into a search engine. */
  q: z.string().trim().min(1).max(200).optional().catch(undefined),
  team: z.string().min(1).max(64).optional().catch(undefined),
  agent: z.string().min(1).max(64).optional().catch(undefined),
  mood: z.enum(["negative", "neutral", "positive"]).optional().catch(undefined),
  topic: z.string().min(1).max(64).optional().catch(undefined),
  /** Calls with a suggestion that came to this. */
  whisper: z.enum(["spoken", "edited", "rejected", "expired", "failed"]).optional().catch(undefined),
  /** Days in the viewer's time zone are turned into instants by the page. ISO 8601 with offset. */
  from: z.iso.datetime({ offset: true }).optional().catch(undefined),
  to: z.iso.datetime({ offset: true }).optional().catch(undefined),
  /** Place after which the page begins: start time and call id of the last row before it. */
  after: z
    .string()
    .regex(/^\d{13}_[A-Za-z0-9._-]{1,64}$/)
    .optional()
    .catch(undefined),
});
export type HistoryFilter = z.infer<typeof historyFilterSchema>;

/** Customer mood at or beyond these counts as negative or positive. */
export const MOOD_BOUNDS = { negative: -0.25, positive: 0.25 } as const;
