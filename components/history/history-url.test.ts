import { describe, expect, it } from "vitest";
import { type HistoryFilter, historyFilterSchema } from "@/lib/history/schema";
import { changeFilter, countFilters, historyHref } from "./history-url";

const parseHref = (href: string) =>
  historyFilterSchema.parse(Object.fromEntries(new URL(href, "http://earshot.test").searchParams));

describe("the history's address", () => {
  const filter: HistoryFilter = {
    q: '"my money" & refund?',
    team: "team-1",
    agent: "agent-1",
    mood: "negative",
    topic: "refund",
    whisper: "rejected",
    from: "2026-07-01T18:15:00.000Z",
    to: "2026-07-03T18:15:00.000Z",
    after: "1782929700000_call-1",
  };

  it("comes back as the filter it was made of, whatever was typed", () => {
    expect(parseHref(historyHref(filter))).toEqual(filter);
  });

  it("is plain without a filter, and leaves out what is not set", () => {
    expect(historyHref({})).toBe("/history");
    expect(historyHref({ q: undefined, mood: "positive" })).toBe("/history?mood=positive");
  });

  it("begins again at the newest call when a filter changes", () => {
    expect(changeFilter(filter, { mood: undefined })).toMatchObject({ after: undefined, mood: undefined, q: filter.q });
    expect(changeFilter(filter, { after: "1782929700000_call-9" }).after).toBe("1782929700000_call-9");
  });

  it("counts a range of days once, and a page not at all", () => {
    expect(countFilters(filter)).toBe(7);
    expect(countFilters({ to: filter.to })).toBe(1);
    expect(countFilters({ after: filter.after })).toBe(0);
  });
});
