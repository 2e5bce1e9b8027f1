import type { Alert } from "@/lib/contract/alert";
import { isFinal, type Suggestion } from "@/lib/contract/coaching";
import type { Utterance } from "@/lib/contract/transcript";

/**
 * Most entries of each list of a CallView, so that a call of many hours stays small. The oldest go first; of suggestions and
 * alerts the oldest that nobody can act on any more.
 */
export const VIEW_LIMITS = {
  finals: 2000,
  sentiment: 2000,
  topics: 2000,
  suggestions: 200,
  alerts: 200,
  modeChanges: 500,
  speakings: 500,
  notes: 500,
} as const;

/** A final line stays final; a party's older partial gives way to a newer one. */
export function withUtterance(lines: Utterance[], line: Utterance): Utterance[] {
  const known = lines.findLast((other) => other.utteranceId === line.utteranceId);
  if (known?.final && !line.final) return lines;
  const rest = lines.filter(
    (other) => other.utteranceId !== line.utteranceId && (other.final || line.final || other.party !== line.party),
  );
  const at = rest.findLastIndex((other) => other.startMs <= line.startMs) + 1;
  const next = rest.toSpliced(at, 0, line);
  if (next.length <= VIEW_LIMITS.finals) return next;
  const excess = next.reduce((finals, other) => finals + (other.final ? 1 : 0), 0) - VIEW_LIMITS.finals;
  return excess > 0 ? withoutOldest(next, { count: excess, goes: (other) => other.final }) : next;
}

/** In the order in which they were raised. */
export function withAlert(alerts: Alert[], alert: Alert): Alert[] {
  const at = alerts.findIndex((other) => other.alertId === alert.alertId);
  const next = at >= 0 ? alerts.with(at, alert) : [...alerts, alert];
  return withoutOldest(next, { count: next.length - VIEW_LIMITS.alerts, goes: (other) => !other.active });
}

/** In the order in which they were proposed. */
export function withSuggestion(suggestions: Suggestion[], suggestion: Suggestion): Suggestion[] {
  const at = suggestions.findIndex((other) => other.suggestionId === suggestion.suggestionId);
  const next = at >= 0 ? suggestions.with(at, suggestion) : [...suggestions, suggestion];
  return withoutOldest(next, {
    count: next.length - VIEW_LIMITS.suggestions,
    goes: (other) => isFinal(other.state),
  });
}

/** @returns the newest `limit` of both. */
export function appended<T>(list: T[], { items, limit }: { items: T[]; limit: number }): T[] {
  return [...list, ...items].slice(-limit);
}

/** Takes the first `count` entries that may go, then, if there are too few, the first of all. */
function withoutOldest<T>(list: T[], { count, goes }: { count: number; goes: (item: T) => boolean }): T[] {
  if (count <= 0) return list;
  let left = count;
  const kept = list.filter((item) => !(left > 0 && goes(item) && left-- > 0));
  return left > 0 ? kept.slice(left) : kept;
}
