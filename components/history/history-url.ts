import type { HistoryFilter } from "@/lib/history/schema";

const KEYS = ["q", "team", "agent", "mood", "topic", "whisper", "from", "to", "after"] as const;

/** @returns the address of the history with this filter: plain where nothing is set, always in the same order. */
export function historyHref(filter: HistoryFilter): string {
  const params = new URLSearchParams();
  for (const key of KEYS) {
    const value = filter[key];
    if (value) params.set(key, value);
  }
  const query = params.toString();
  return query ? `/history?${query}` : "/history";
}

/** @returns the filter with the change, from its first page on: a place in another list means nothing in this one. */
export function changeFilter(filter: HistoryFilter, change: Partial<HistoryFilter>): HistoryFilter {
  return { ...filter, after: undefined, ...change };
}

/** @returns how many filters are set; the search counts as one, the two ends of the time range too. */
export function countFilters({ q, team, agent, mood, topic, whisper, from, to }: HistoryFilter): number {
  return [q, team, agent, mood, topic, whisper, from ?? to].filter(Boolean).length;
}
