import { isLive } from "@/lib/contract/call";
import type { BoardEntry } from "./board-order";
import { attentionLevel } from "./board-order";

export type BoardFigures = {
  live: number;
  ringing: number;
  needAttention: number;
  /** Milliseconds of the longest live call; null without one. */
  longestMs: number | null;
  /** Mean rolling customer sentiment and over how many calls; null where none is known. */
  mood: { mean: number; calls: number } | null;
  open: number;
  urgent: number;
  /** Median time the open suggestions have waited for a decision, milliseconds; null without one. */
  medianWaitMs: number | null;
};

/** @returns the figures above the board, of live calls only. */
export function figuresOf(entries: BoardEntry[], nowMs: number): BoardFigures {
  const live = entries.filter(({ row }) => isLive(row.state));
  const moods = live.flatMap(({ row }) => (row.mood === null ? [] : [row.mood]));
  const open = live.flatMap(({ row }) => row.openSuggestions);
  return {
    live: live.length,
    ringing: live.filter(({ row }) => row.state !== "CONNECTED").length,
    needAttention: live.filter(({ attention }) => attentionLevel(attention.score) !== "fine").length,
    longestMs: live.length === 0 ? null : Math.max(...live.map(({ row }) => nowMs - row.info.startedAt)),
    mood: moods.length === 0 ? null : { mean: moods.reduce((a, b) => a + b, 0) / moods.length, calls: moods.length },
    open: open.length,
    urgent: open.filter((suggestion) => suggestion.urgency === "urgent").length,
    medianWaitMs: median(open.map((suggestion) => Math.max(0, nowMs - suggestion.proposedAt))),
  };
}

function median(values: number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
