import { createStore, type StoreApi } from "zustand/vanilla";
import type { BoardRow, BoardSnapshot } from "@/lib/contract/board";
import type { CallSnapshot } from "@/lib/contract/call-view";
import type { CallId, TeamId } from "@/lib/contract/ids";
import type { ServerEventPayload } from "@/lib/contract/socket-events";
import { foldCallView } from "./call-view";
import type { LiveBoard, LiveCall, LiveState } from "./types";

export type LiveStore = StoreApi<LiveState>;

export const LOADING_CALL: LiveCall = { state: "loading", view: null, viewers: [], error: null };

export const INITIAL_STATE: LiveState = {
  connection: {
    state: "connecting",
    latencyMs: null,
    dataAt: null,
    gateways: [],
    transcription: "full",
    demonstration: false,
    clockOffsetMs: 0,
  },
  board: { state: "loading", rows: [], error: null },
  calls: {},
  desk: { state: "loading", call: null, error: null },
};

/** The state as messages leave it at once, and as React sees it: committed to `store` at most once a frame. */
export class FramedState {
  readonly store: LiveStore = createStore<LiveState>(() => INITIAL_STATE);
  #working: LiveState = INITIAL_STATE;
  #isPlanned = false;

  /** @param frame calls back once, when it is time to render */
  constructor(private readonly frame: (run: () => void) => void) {}

  get current(): LiveState {
    return this.#working;
  }

  update(change: Partial<LiveState>): void {
    this.#working = { ...this.#working, ...change };
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.frame(() => {
      this.#isPlanned = false;
      this.store.setState(this.#working, true);
    });
  }

  updateConnection(change: Partial<LiveState["connection"]>): void {
    this.update({ connection: { ...this.#working.connection, ...change } });
  }

  /** @param call null: nobody watches it any more */
  updateCall(callId: CallId, call: LiveCall | null): void {
    const { [callId]: _, ...others } = this.#working.calls;
    this.update({ calls: call ? { ...others, [callId]: call } : others });
  }
}

/** Sequence of the last update, by team. */
export type BoardSequences = ReadonlyMap<TeamId | null, number>;

/** The board after a snapshot; rows that are as they were keep their reference. */
export function applyBoardSnapshot(
  board: LiveBoard,
  snapshot: BoardSnapshot,
): { board: LiveBoard; sequences: BoardSequences } {
  const known = new Map(board.rows.map((row) => [row.info.callId, row]));
  const rows = snapshot.rows.map((row) => {
    const old = known.get(row.info.callId);
    return old && JSON.stringify(old) === JSON.stringify(row) ? old : row;
  });
  const sequences = new Map(snapshot.teams.map(({ teamId, sequence }) => [teamId, sequence]));
  return { board: { state: "ready", rows, error: null }, sequences };
}

/**
 * The board after an update: rows replaced in place, new ones at the end.
 * @returns "gap" where an update of this team was missed; the same board where the update is old
 */
export function applyBoardUpdate(
  { board, sequences }: { board: LiveBoard; sequences: BoardSequences },
  update: Pick<ServerEventPayload<"board:updated">, "teamId" | "sequence" | "rows" | "removed">,
): { board: LiveBoard; sequences: BoardSequences } | "gap" {
  const last = sequences.get(update.teamId) ?? 0;
  if (update.sequence <= last) return { board, sequences };
  if (update.sequence > last + 1) return "gap";
  const changed = new Map<CallId, BoardRow>(update.rows.map((row) => [row.info.callId, row]));
  const removed = new Set(update.removed);
  const rows = board.rows
    .filter((row) => !removed.has(row.info.callId))
    .map((row) => {
      const next = changed.get(row.info.callId) ?? row;
      changed.delete(row.info.callId);
      return next;
    });
  return {
    board: { ...board, rows: [...rows, ...changed.values()] },
    sequences: new Map(sequences).set(update.teamId, update.sequence),
  };
}

export function applyCallSnapshot({ view, viewers }: Pick<CallSnapshot, "view" | "viewers">): LiveCall {
  return { state: "ready", view, viewers, error: null };
}

export type CallMessage = Pick<ServerEventPayload<"call:events">, "after" | "events">;

/**
 * The call after a message of events (numbered as publisher.ts says: only `after` tells of a gap).
 * @returns "gap" where something was missed; the same call where all of it is old
 */
export function applyCallEvents(call: LiveCall, { after, events }: CallMessage): LiveCall | "gap" {
  if (!call.view) return call;
  if (after > call.view.sequence) return "gap";
  const view = events.reduce(foldCallView, call.view);
  return view === call.view ? call : { ...call, view };
}

/** Time for React: one timer for all who subscribe, none while nobody does. */
export class Ticker {
  readonly #listeners = new Set<() => void>();
  #now = Date.now();
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly intervalMs: number) {}

  readonly read = (): number => this.#now;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#timer === null) {
      this.#now = Date.now();
      this.#timer = setInterval(() => this.#tick(), this.intervalMs);
    }
    return () => this.#end(listener);
  };

  #tick(): void {
    this.#now = Date.now();
    for (const listener of this.#listeners) listener();
  }

  #end(listener: () => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
