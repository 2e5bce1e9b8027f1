import { z } from "zod";

/** Commands of chan_websocket in its JSON format (Asterisk 22, channels/chan_websocket.c). Above 128 bytes they are ignored. */
export type MediaCommand = { command: "FLUSH_MEDIA" | "GET_STATUS" | "REPORT_QUEUE_DRAINED" };

/** What of its events is needed; others are ignored. */
export const mediaEventSchema = z.discriminatedUnion("event", [
  z.looseObject({ event: z.literal("MEDIA_XOFF") }),
  z.looseObject({ event: z.literal("MEDIA_XON") }),
  z.looseObject({ event: z.literal("QUEUE_DRAINED") }),
  z.looseObject({ event: z.literal("STATUS"), queue_length: z.coerce.number().int().nonnegative() }),
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
