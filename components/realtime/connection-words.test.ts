import { describe, expect, it } from "vitest";
import { formatAge, formatDuration, formatPosition, formatScore, shortNumber } from "@/components/calls/format";
import { connectionWords, isOld } from "./connection-words";

describe("connection in words", () => {
  it("tells latency and age while all is well", () => {
    expect(connectionWords({ state: "live", latencyMs: 38.4, ageMs: 400 })).toEqual({
      tone: "good",
      text: "connected 38 ms · data 0.4 s old",
    });
  });

  it("never looks well on old data, even on an open connection", () => {
    expect(connectionWords({ state: "live", latencyMs: 38, ageMs: 8200 })).toEqual({
      tone: "old",
      text: "data 8 s old",
    });
    expect(connectionWords({ state: "stale", latencyMs: 38, ageMs: 5000 }).tone).toBe("old");
    expect(isOld({ state: "live", ageMs: 3900 })).toBe(false);
    expect(isOld({ state: "offline", ageMs: 0 })).toBe(true);
  });

  it("says that it is trying again", () => {
    expect(connectionWords({ state: "offline", latencyMs: null, ageMs: 61_000 }).text).toBe(
      "offline – reconnecting · data 1 min old",
    );
  });
});

describe("figures", () => {
  it("writes times", () => {
    expect([0, 59_999, 1_122_000, 3_723_000, -5].map(formatDuration)).toEqual([
      "0:00",
      "0:59",
      "18:42",
      "1:02:03",
      "0:00",
    ]);
    expect(formatPosition(421_000)).toBe("07:01");
    expect([400, 8000, 61_000, 7_300_000].map(formatAge)).toEqual(["0.4 s", "8 s", "1 min", "2 h"]);
  });

  it("writes scores with a sign, and none for zero", () => {
    expect([-0.62, 0.1, 0.004, -0.004].map(formatScore)).toEqual(["−0.62", "+0.10", "0.00", "0.00"]);
  });

  it("shortens numbers but not extensions", () => {
    expect(shortNumber("+442079460812")).toBe("+44 … 812");
    expect(shortNumber("201")).toBe("201");
  });
});
