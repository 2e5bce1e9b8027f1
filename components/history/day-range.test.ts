import { describe, expect, it } from "vitest";
import { describeRange, presetRanges, toDays, toInstants } from "./day-range";

// Tests run in Kathmandu, UTC+5:45.
describe("days and instants", () => {
  it("reaches from the viewer's midnight to the midnight after the last day", () => {
    expect(toInstants({ from: "2026-07-01", to: "2026-07-03" })).toEqual({
      from: "2026-06-30T18:15:00.000Z",
      to: "2026-07-03T18:15:00.000Z",
    });
  });

  it("comes back as the same days", () => {
    const days = { from: "2026-02-28", to: "2026-03-01" };
    expect(toDays(toInstants(days))).toEqual(days);
    expect(toDays(toInstants({ from: "", to: "2026-03-01" }))).toEqual({ from: "", to: "2026-03-01" });
  });

  it("turns days in the wrong order round and leaves an open end open", () => {
    expect(toInstants({ from: "2026-07-03", to: "2026-07-01" })).toEqual(
      toInstants({ from: "2026-07-01", to: "2026-07-03" }),
    );
    expect(toInstants({ from: "2026-07-03", to: "" }).to).toBeUndefined();
    expect(toInstants({ from: "not a day", to: "" }).from).toBeUndefined();
  });

  it("offers days of the viewer, not of London", () => {
    const justAfterMidnight = Date.parse("2026-07-01T18:30:00Z");
    expect(presetRanges(justAfterMidnight)).toEqual([
      { label: "Today", days: { from: "2026-07-02", to: "2026-07-02" } },
      { label: "Yesterday", days: { from: "2026-07-01", to: "2026-07-01" } },
      { label: "Last 7 days", days: { from: "2026-06-26", to: "2026-07-02" } },
      { label: "Last 30 days", days: { from: "2026-06-03", to: "2026-07-02" } },
    ]);
  });

  it("says a range, an open one and none", () => {
    expect(describeRange(toInstants({ from: "2026-07-02", to: "2026-07-02" }))).toBe("Jul 2, 2026");
    expect(describeRange(toInstants({ from: "2026-07-02", to: "" }))).toBe("from Jul 2, 2026");
    expect(describeRange(toInstants({ from: "", to: "2026-07-02" }))).toBe("until Jul 2, 2026");
    expect(describeRange({})).toBeNull();
  });
});
