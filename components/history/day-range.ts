import { addDays, format, isValid, parseISO, subDays } from "date-fns";
import type { HistoryFilter } from "@/lib/history/schema";

/** Days of the viewer's time zone as `<input type="date">` has them, both inclusive; "" leaves that end open. */
export type DayRange = { from: string; to: string };

const DAY = "yyyy-MM-dd";

/** @returns the instants from the first day's midnight to the midnight after the last day; days in the wrong order are turned round. */
export function toInstants({ from, to }: DayRange): Pick<HistoryFilter, "from" | "to"> {
  const [first, last] = from && to && from > to ? [to, from] : [from, to];
  return { from: midnight(first, 0), to: midnight(last, 1) };
}

function midnight(day: string, daysLater: number): string | undefined {
  const date = parseISO(day);
  return isValid(date) ? addDays(date, daysLater).toISOString() : undefined;
}

/** @returns the days that lie in the range; its end is exclusive. */
export function toDays({ from, to }: Pick<HistoryFilter, "from" | "to">): DayRange {
  return {
    from: from ? format(parseISO(from), DAY) : "",
    to: to ? format(parseISO(to).getTime() - 1, DAY) : "",
  };
}

/** @returns ranges one asks for most, as of `now` (epoch milliseconds). */
export function presetRanges(now: number): { label: string; days: DayRange }[] {
  const day = (ago: number) => format(subDays(now, ago), DAY);
  return [
    { label: "Today", days: { from: day(0), to: day(0) } },
    { label: "Yesterday", days: { from: day(1), to: day(1) } },
    { label: "Last 7 days", days: { from: day(6), to: day(0) } },
    { label: "Last 30 days", days: { from: day(29), to: day(0) } },
  ];
}

/** @returns the range in the viewer's words: one day, "from …", "until …" or both; null where none is set. */
export function describeRange(filter: Pick<HistoryFilter, "from" | "to">): string | null {
  const { from, to } = toDays(filter);
  const medium = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
  if (from && to) return medium.formatRange(parseISO(from), parseISO(to));
  if (from) return `from ${medium.format(parseISO(from))}`;
  return to ? `until ${medium.format(parseISO(to))}` : null;
}
