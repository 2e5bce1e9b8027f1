import { endWord } from "@/components/calls/words";
import { type Direction, endReasonSchema, type Monitoring } from "@/lib/contract/call";
import type { HistoryFilter } from "@/lib/history/schema";
import type { HistoryRow } from "@/lib/history/types";

type Ending = { endedAt: number | null; endReason: string | null; monitoring: Monitoring };

/** @returns whether the call goes on and Earshot still has it. */
export function isStillLive({ endedAt, monitoring }: Ending): boolean {
  return endedAt === null && monitoring !== "left";
}

/** @returns how the call ended in a few words; a reason of another version as it was written. */
export function endingWords(call: Ending & { direction: Direction }): string {
  if (isStillLive(call)) return "going on";
  if (call.endedAt === null) return "Earshot left, the call went on";
  if (call.endReason === null) return "ended";
  const reason = endReasonSchema.safeParse(call.endReason);
  return reason.success ? endWord(reason.data, call) : call.endReason;
}

/** @returns "2 spoken", "1 rejected" …: what came of the suggestions, without what did not occur. */
export function whisperWords(whispers: HistoryRow["whispers"]): { key: keyof HistoryRow["whispers"]; text: string }[] {
  const keys = ["spoken", "rejected", "expired", "failed"] as const;
  return keys.flatMap((key) => (whispers[key] > 0 ? [{ key, text: `${whispers[key]} ${key}` }] : []));
}

/** @returns the pieces of a snippet that hold text, each with whether it is marked: every second piece is. */
export function snippetParts(snippet: string[]): { key: number; text: string; marked: boolean }[] {
  return snippet
    .map((text, index) => ({ key: index, text, marked: index % 2 === 1 }))
    .filter((part) => part.text !== "");
}

export const moodChoices: { value: NonNullable<HistoryFilter["mood"]>; label: string }[] = [
  { value: "negative", label: "Negative" },
  { value: "neutral", label: "Neutral" },
  { value: "positive", label: "Positive" },
];

export const whisperChoices: { value: NonNullable<HistoryFilter["whisper"]>; label: string }[] = [
  { value: "spoken", label: "Spoken" },
  { value: "edited", label: "Edited" },
  { value: "rejected", label: "Rejected" },
  { value: "expired", label: "Expired" },
  { value: "failed", label: "Failed" },
];
