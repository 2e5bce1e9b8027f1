import { describe, expect, it } from "vitest";
import { makeBoardRow, START } from "@/components/testing/make-board-row";
import { makeSuggestion } from "@/lib/coaching/testing/make-suggestion";
import { figuresOf } from "./board-figures";
import { attentionLevel, type BoardEntry, holdOrder, sortEntries, toEntries } from "./board-order";

const ids = (entries: BoardEntry[]) => entries.map(({ row }) => row.info.callId);

describe("order of the board", () => {
  const rows = [
    makeBoardRow({ callId: "calm", agent: "Zoe", startedAt: START, mood: 0.4 }),
    makeBoardRow({ callId: "ended", agent: "Ann", state: "DISCONNECTED", mode: null, endedAt: START + 9000, mood: -1 }),
    makeBoardRow({
      callId: "angry",
      agent: "Bea",
      startedAt: START + 2000,
      mood: -0.9,
      trend: "falling",
      danger: true,
    }),
    makeBoardRow({
      callId: "asks",
      agent: "Cem",
      startedAt: START + 1000,
      openSuggestions: [makeSuggestion()],
      mood: -0.5,
    }),
  ];
  const entries = toEntries(rows, START + 10_000);

  it("puts the call that needs most attention first and ended calls last", () => {
    expect(ids(sortEntries(entries, { by: "attention", descending: true }))).toEqual([
      "angry",
      "asks",
      "calm",
      "ended",
    ]);
  });

  it("keeps ended calls last in either direction", () => {
    expect(ids(sortEntries(entries, { by: "agent", descending: false }))).toEqual(["angry", "asks", "calm", "ended"]);
    expect(ids(sortEntries(entries, { by: "agent", descending: true }))).toEqual(["calm", "asks", "angry", "ended"]);
  });

  it("sorts by the length of the call and by mood", () => {
    expect(ids(sortEntries(entries, { by: "duration", descending: true }))).toEqual(["calm", "asks", "angry", "ended"]);
    expect(ids(sortEntries(entries, { by: "mood", descending: false }))).toEqual(["angry", "asks", "calm", "ended"]);
  });

  it("orders equals by age whatever they came in as", () => {
    const twins = toEntries(
      [makeBoardRow({ callId: "young", startedAt: START + 5 }), makeBoardRow({ callId: "old", startedAt: START })],
      START,
    );
    expect(ids(sortEntries(twins, { by: "attention", descending: true }))).toEqual(["old", "young"]);
    expect(ids(sortEntries([...twins].reverse(), { by: "attention", descending: true }))).toEqual(["old", "young"]);
  });

  it("gives the words at their limits", () => {
    expect([0, 34, 35, 59, 60, 100].map(attentionLevel)).toEqual(["fine", "fine", "look", "look", "act", "act"]);
  });

  it("counts only live calls and what is known in the figures", () => {
    const figures = figuresOf(entries, START + 10_000);
    expect(figures).toMatchObject({ live: 3, needAttention: 2, longestMs: 10_000, open: 1, urgent: 1 });
    expect(figures.mood?.mean).toBeCloseTo((0.4 - 0.9 - 0.5) / 3);
    expect(figuresOf([], START)).toMatchObject({ live: 0, mood: null, medianWaitMs: null, longestMs: null });
  });

  it("takes the median of the waits, also of an even number", () => {
    const waiting = (proposedAt: number) => makeSuggestion({ proposedAt });
    const row = makeBoardRow({ openSuggestions: [waiting(1000), waiting(3000), waiting(4000), waiting(9000)] });
    expect(figuresOf(toEntries([row], 10_000), 10_000).medianWaitMs).toBe(6500);
  });
});

describe("held order", () => {
  const idOf = (id: string) => id;

  it("keeps known calls in place, drops gone ones, and puts new ones after them", () => {
    expect(holdOrder(["new", "c", "a"], { held: ["a", "b", "c"], idOf })).toEqual(["a", "c", "new"]);
  });
});
