import { z } from "zod";
import { alertSchema } from "./alert";
import { callInfoSchema, callStateSchema, modeSchema, monitoringSchema, partySchema, speakingModeSchema } from "./call";
import { presenceSchema } from "./call-view";
import { suggestionSchema } from "./coaching";
import { teamIdSchema } from "./ids";
import { trendSchema } from "./sentiment";
import { transcriptionLevelSchema } from "./transcript";

/** One row of the live board. Small: it goes out a few times a second. */
export const boardRowSchema = z.object({
  info: callInfoSchema,
  state: callStateSchema,
  monitoring: monitoringSchema,
  ringing: z.boolean(),
  heldBy: z.array(partySchema).max(2),
  mode: modeSchema.nullable(),
  pendingMode: modeSchema.nullable(),
  connectedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  /** Rolling customer sentiment; null until the first customer utterance. */
  mood: z.number().min(-1).max(1).nullable(),
  trend: trendSchema.nullable(),
  /** The last 12 customer scores. */
  sparkline: z.array(z.number().min(-1).max(1)).max(12),
  topics: z.array(z.object({ key: z.string(), label: z.string() })).max(4),
  alerts: z.array(alertSchema).max(5),
  openSuggestions: z.array(suggestionSchema).max(5),
  viewers: z.array(presenceSchema).max(20),
  /** Who speaks into it now. */
  speaker: z.object({ name: z.string().max(120), mode: speakingModeSchema }).nullable(),
  helpAskedAt: z.number().int().nullable(),
  /** When anyone last had the call open; null: nobody yet. */
  lastLookedAt: z.number().int().nullable(),
  transcription: transcriptionLevelSchema,
  /** The last final line, for the card view. */
  lastLine: z.string().max(300).nullable(),
});
export type BoardRow = z.infer<typeof boardRowSchema>;

/** What `board:subscribe` answers. */
export const boardSnapshotSchema = z.object({
  sentAt: z.number().int(),
  teams: z.array(
    z.object({ teamId: teamIdSchema.nullable(), name: z.string(), sequence: z.number().int().nonnegative() }),
  ),
  rows: z.array(boardRowSchema),
});
export type BoardSnapshot = z.infer<typeof boardSnapshotSchema>;
