import type { BoardRow } from "@/lib/contract/board";
import { type Attention, attentionOf, NEEDS_ATTENTION } from "@/lib/realtime/attention";
import type { SortColumn } from "./board-url";

/** A row with what the board adds to it. */
export type BoardEntry = { row: BoardRow; attention: Attention };

export type AttentionLevel = "act" | "look" | "fine";

/** From here on the word is "Act now". */
const ACT_NOW = 60;

export function attentionLevel(score: number): AttentionLevel {
  if (score >= ACT_NOW) return "act";
  return score >= NEEDS_ATTENTION ? "look" : "fine";
}

export function toEntries(rows: BoardRow[], nowMs: number): BoardEntry[] {
  return rows.map((row) => ({ row, attention: attentionOf(row, nowMs) }));
}

type Compare = (a: BoardEntry, b: BoardEntry) => number;

const since = ({ row }: BoardEntry) => row.connectedAt ?? row.info.startedAt;
const name = ({ row }: BoardEntry) => row.info.agentName ?? row.info.calleeNumber;

/** Ascending orders; equal rows are told apart by `byAge`, so that nothing jumps between two equals. */
const compareBy: Record<SortColumn, Compare> = {
  attention: (a, b) => a.attention.score - b.attention.score,
  agent: (a, b) => name(a).localeCompare(name(b)),
  duration: (a, b) => since(b) - since(a),
  // Not known counts as neutral.
  mood: (a, b) => (a.row.mood ?? 0) - (b.row.mood ?? 0),
  suggestions: (a, b) => a.row.openSuggestions.length - b.row.openSuggestions.length,
  mode: (a, b) => (a.row.mode ?? "").localeCompare(b.row.mode ?? ""),
};

/** Oldest first, then by id. */
const byAge: Compare = (a, b) =>
  a.row.info.startedAt - b.row.info.startedAt || a.row.info.callId.localeCompare(b.row.info.callId);

export type BoardSort = { by: SortColumn; descending: boolean };

/** @returns the entries in the chosen order; ended calls last, equal ones by age in either direction. */
export function sortEntries(entries: BoardEntry[], { by, descending }: BoardSort): BoardEntry[] {
  const sign = descending ? -1 : 1;
  const isEnded = ({ row }: BoardEntry) => Number(row.state === "DISCONNECTED");
  return [...entries].sort((a, b) => isEnded(a) - isEnded(b) || sign * compareBy[by](a, b) || byAge(a, b));
}

/**
 * Rows do not move away from under the pointer: known calls keep their place, new ones follow, gone ones go.
 * @returns `next` in the held order.
 */
export function holdOrder<T>(next: T[], { held, idOf }: { held: readonly string[]; idOf: (item: T) => string }): T[] {
  const place = new Map(held.map((id, index) => [id, index]));
  const at = (item: T) => place.get(idOf(item)) ?? held.length;
  return next
    .map((item, index) => ({ item, index }))
    .sort((a, b) => at(a.item) - at(b.item) || a.index - b.index)
    .map(({ item }) => item);
}
