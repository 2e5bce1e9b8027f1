import {
  createLoader,
  createSerializer,
  type inferParserType,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
} from "nuqs";

const SORT_COLUMNS = ["attention", "agent", "duration", "mood", "suggestions", "mode"] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];
export const MOOD_BANDS = ["negative", "neutral", "positive"] as const;
export const MODE_CHOICES = ["spy", "whisper", "barge", "none"] as const;
export const ALERT_CHOICES = ["danger", "warning", "info"] as const;

const words = parseAsArrayOf(parseAsString).withDefault([]);

/** Everything that makes up a view of the board stands in the URL, so that it can be sent, saved and gone back to. */
export const boardParsers = {
  view: parseAsStringLiteral(["list", "cards"]).withDefault("list"),
  q: parseAsString.withDefault(""),
  team: words,
  agent: words,
  topic: words,
  mood: parseAsArrayOf(parseAsStringLiteral(MOOD_BANDS)).withDefault([]),
  mode: parseAsArrayOf(parseAsStringLiteral(MODE_CHOICES)).withDefault([]),
  alert: parseAsArrayOf(parseAsStringLiteral(ALERT_CHOICES)).withDefault([]),
  sort: parseAsStringLiteral(SORT_COLUMNS).withDefault("attention"),
  order: parseAsStringLiteral(["asc", "desc"]).withDefault("desc"),
};

export type BoardUrl = inferParserType<typeof boardParsers>;
export type BoardFilter = Pick<BoardUrl, "q" | "team" | "agent" | "topic" | "mood" | "mode" | "alert">;

/** @returns the query string of a view, "" for the plain one. */
export const serializeBoard = createSerializer(boardParsers);
/** @returns the view a query string stands for; what is not known falls back. */
export const loadBoard = createLoader(boardParsers);

export const NO_FILTER: BoardFilter = { q: "", team: [], agent: [], topic: [], mood: [], mode: [], alert: [] };

/** @returns how many filters are set; the search counts as one. */
export function activeFilters({ q, team, agent, topic, mood, mode, alert }: BoardFilter): number {
  const lists = [team, agent, topic, mood, mode, alert];
  return (q.trim() ? 1 : 0) + lists.filter((list) => list.length > 0).length;
}
