import { describe, expect, it } from "vitest";
import type { BoardRow } from "@/lib/contract/board";
import { toBoardRow } from "./board-row";
import { startCallView } from "./call-view";
import {
  applyBoardSnapshot,
  applyBoardUpdate,
  applyCallEvents,
  applyCallSnapshot,
  FramedState,
  INITIAL_STATE,
  LOADING_CALL,
} from "./store";
import { arrived, callId, line, numbered, START, teamId } from "./testing/call-events";

const [arrival] = numbered([arrived("c1")]);
if (arrival?.type !== "call.arrived") throw new Error("not an arrival");
const view = startCallView(arrival);
const row = (id: string, change: Partial<BoardRow> = {}): BoardRow => ({
  ...toBoardRow(view, { viewers: [], lastLookedAt: null }),
  info: { ...view.info, callId: callId(id) },
  ...change,
});
const one = teamId("team-1");
const snapshot = (rows: BoardRow[], sequence = 4) => ({
  sentAt: START,
  teams: [{ teamId: one, name: "One", sequence }],
  rows,
});

describe("the board's reducer", () => {
  const start = applyBoardSnapshot(INITIAL_STATE.board, snapshot([row("c1"), row("c2")]));

  it("keeps the reference of every row that an update or a snapshot leaves as it was", () => {
    const next = applyBoardUpdate(start, {
      ...{ teamId: one, sequence: 5, removed: [] },
      rows: [row("c2", { mood: -1 }), row("c3")],
    });
    if (next === "gap") throw new Error("no gap here");
    expect(next.board.rows.map((r) => [r.info.callId, r.mood])).toEqual([
      ["c1", null],
      ["c2", -1],
      ["c3", null],
    ]);
    expect(next.board.rows[0]).toBe(start.board.rows[0]);
    const again = applyBoardSnapshot(next.board, snapshot([row("c2", { mood: -1 }), row("c1", { mood: 1 })], 9));
    expect(again.board.rows[0]).toBe(next.board.rows[1]);
    expect(again.board.rows[1]?.mood).toBe(1);
  });

  it("drops what is old, asks again after a gap, and counts each team by itself", () => {
    const update = { teamId: one, rows: [row("c1", { mood: 1 })], removed: [] };
    const old = applyBoardUpdate(start, { ...update, sequence: 4 });
    expect(old !== "gap" && old.board).toBe(start.board);
    expect(applyBoardUpdate(start, { ...update, sequence: 6 })).toBe("gap");
    expect(applyBoardUpdate(start, { ...update, teamId: teamId("team-new"), sequence: 1 })).not.toBe("gap");
    expect(applyBoardUpdate(start, { ...update, teamId: null, sequence: 2 })).toBe("gap");
  });

  it("removes ended calls", () => {
    const next = applyBoardUpdate(start, { teamId: one, sequence: 5, rows: [], removed: [callId("c1")] });
    expect(next !== "gap" && next.board.rows.map((r) => r.info.callId)).toEqual(["c2"]);
  });
});

describe("the call's reducer", () => {
  const call = applyCallSnapshot({ view, viewers: [] });
  const events = numbered(
    [2, 3, 4].map((n) => ({ type: "utterance.final" as const, callId: callId("c1"), utterance: line(`u${n}`) })),
    2,
  );

  it("tells a gap by the number that the message follows only, and doubles nothing that comes twice", () => {
    const message = { after: 1, events };
    const next = applyCallEvents(call, message);
    if (next === "gap") throw new Error("no gap here");
    expect(next.view?.utterances).toHaveLength(3);
    expect(applyCallEvents(next, message)).toBe(next);
    expect(applyCallEvents(call, { after: 2, events: events.slice(1) })).toBe("gap");
    for (const left of [events.slice(1), [...events.slice(0, 1), ...events.slice(2)]]) {
      const holed = applyCallEvents(call, { after: 1, events: left });
      expect(holed !== "gap" && holed.view?.sequence).toBe(4);
    }
  });

  it("does nothing before there is a snapshot", () => {
    expect(applyCallEvents(LOADING_CALL, { after: 1, events })).toBe(LOADING_CALL);
  });
});

describe("FramedState", () => {
  it("lets React see many changes as one", () => {
    const frames: (() => void)[] = [];
    const state = new FramedState((run) => frames.push(run));
    let renders = 0;
    state.store.subscribe(() => {
      renders += 1;
    });
    for (let n = 0; n < 50; n += 1) state.updateConnection({ latencyMs: n });
    expect([frames.length, renders, state.current.connection.latencyMs]).toEqual([1, 0, 49]);
    frames[0]?.();
    expect([renders, state.store.getState().connection.latencyMs]).toEqual([1, 49]);
    state.updateConnection({ latencyMs: 50 });
    expect(frames).toHaveLength(2);
  });
});
