import { z } from "zod";

/** Commands of chan_websocket in its JSON format (Asterisk 22, channels/chan_websocket.c). Above 128 bytes they are ignored. */
export type MediaCommand =
  | { command: "FLUSH_MEDIA" | "GET_STATUS" | "REPORT_QUEUE_DRAINED" }
  | { command: "MARK_MEDIA"; correlation_id: string };

/** What of its events is needed; others are ignored. */
export const mediaEventSchema = z.discriminatedUnion("event", [
  z.looseObject({ event: z.literal("MEDIA_START"), optimal_frame_size: z.coerce.number().optional() }),
  z.looseObject({ event: z.literal("MEDIA_XOFF") }),
  z.looseObject({ event: z.literal("MEDIA_XON") }),
  z.looseObject({ event: z.literal("QUEUE_DRAINED") }),
  z.looseObject({ event: z.literal("STATUS"), queue_length: z.coerce.number().int().nonnegative() }),
  z.looseObject({ event: z.literal("ERROR"), error_text: z.string().max(500).optional() }),
]);
export type MediaEvent = z.infer<typeof mediaEventSchema>;

/** @returns null for what is no event, or none that is needed. Never throws. */
export function parseMediaEvent(text: string): MediaEvent | null {
  try {
    return mediaEventSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
