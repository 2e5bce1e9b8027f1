import { describe, expect, it } from "vitest";
import type { BoardRow } from "@/lib/contract/board";
import { attentionOf } from "./attention";
import { toBoardRow } from "./board-row";
import { startCallView } from "./call-view";
import { alertOf, arrived, callId, numbered, START, suggestionOf } from "./testing/call-events";

function row(change: Partial<BoardRow> = {}): BoardRow {
  const [event] = numbered([arrived("c1")]);
  if (event?.type !== "call.arrived") throw new Error("not an arrival");
  return { ...toBoardRow(startCallView(event), { viewers: [], lastLookedAt: null }), state: "CONNECTED", ...change };
}
const score = (change: Partial<BoardRow>, nowMs = START) => attentionOf(row(change), nowMs).score;

describe("attentionOf", () => {
  it("asks for nothing where nothing is wrong, however long nobody looked", () => {
    expect(attentionOf(row({ mood: 0.4, trend: "steady" }), START + 3_600_000)).toEqual({ score: 0, reasons: [] });
  });

  it("adds up as documented", () => {
    expect(score({ mood: -0.5 })).toBe(20);
    expect(score({ mood: -0.5, trend: "falling" })).toBe(30);
    expect(score({ mood: -0.5, trend: "rising" })).toBe(15);
    expect(score({ alerts: [alertOf("a1"), alertOf("a2", { severity: "danger" })] })).toBe(39);
    expect(score({ openSuggestions: [suggestionOf(callId("c1"), "s1", { urgency: "urgent" })] })).toBe(25);
    expect(score({ monitoring: "lost" })).toBe(15);
  });

  it("grows with the time nobody looked, from the call's start if nobody ever did", () => {
    expect(score({ mood: -0.5 }, START + 3 * 60_000)).toBe(26);
    expect(score({ mood: -0.5, lastLookedAt: START + 2 * 60_000 }, START + 3 * 60_000)).toBe(22);
    expect(score({ mood: -0.5 }, START + 60 * 60_000)).toBe(30);
    const viewers = [{ userId: "anna", name: "Anna", since: START }] as BoardRow["viewers"];
    expect(score({ mood: -0.5, viewers }, START + 60 * 60_000)).toBe(20);
  });

  it("stays within 0 and 100 and names the heaviest reason first", () => {
    const worst = attentionOf(
      row({
        mood: -1,
        trend: "falling",
        monitoring: "lost",
        alerts: Array.from({ length: 5 }, (_, n) => alertOf(`a${n}`, { severity: "danger" })),
        openSuggestions: [suggestionOf(callId("c1"), "s1", { urgency: "urgent" })],
      }),
      START + 3_600_000,
    );
    expect(worst.score).toBe(99);
    const points = worst.reasons.map((reason) => reason.points);
    expect(points).toEqual([...points].sort((a, b) => b - a));
    expect(worst.reasons[0]?.kind).toBe("alert");
    expect(score({ mood: -0.01, trend: "rising" })).toBe(0);
  });

  it("puts a call whose agent asks for help above every other, even one that goes well", () => {
    const help = alertOf("h1", { rule: "agent-help", label: "Agent asks for help", severity: "danger" });
    const calm = attentionOf(row({ mood: 0.9, trend: "steady", alerts: [help] }), START);
    expect(calm).toEqual({ score: 100, reasons: [{ kind: "help", label: "Agent asks for help", points: 100 }] });
    const mending = attentionOf(row({ mood: -0.1, trend: "rising", alerts: [alertOf("a1"), help] }), START);
    expect(mending.score).toBe(100);
    expect(mending.reasons.map(({ kind }) => kind)).toEqual(["help", "alert", "mood", "trend"]);
  });

  it("leaves ended calls and those we left alone", () => {
    expect(score({ mood: -1, state: "DISCONNECTED" })).toBe(0);
    expect(score({ mood: -1, monitoring: "left" })).toBe(0);
  });
});
