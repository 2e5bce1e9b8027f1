import { isDeepStrictEqual } from "node:util";
import type { BoardRow, BoardSnapshot } from "@/lib/contract/board";
import { isLive, LEFT_CALL_KEPT_MS } from "@/lib/contract/call";
import type { DomainEvent, DomainEventType } from "@/lib/contract/domain-events";
import type { CallId, TeamId } from "@/lib/contract/ids";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import { toBoardRow } from "./board-row";
import { leftOf } from "./elapsed";
import type { LiveCalls } from "./live-calls";
import type { Broadcast, RealtimeMetrics } from "./ports";
import type { PresenceList } from "./presence";
import { rooms } from "./rooms";

/** At most four updates a second for each team. */
export const BOARD_INTERVAL_MS = 250;
/** How long an ended call stays on the board, so that one sees how it ended. */
const ENDED_ROW_KEPT_MS = 15_000;

/** Events that come often and change nothing a row shows. */
const UNSEEN: ReadonlySet<DomainEventType> = new Set([
  "voice.started",
  "voice.ended",
  "utterance.partial",
  "utterance.dropped",
  "talk.measured",
  "call.greeted",
  "call.apologised",
  "note.added",
]);

type TeamBoard = {
  teamId: TeamId | null;
  sequence: number;
  /** Rows as last sent. */
  rows: Map<CallId, BoardRow>;
  dirty: Set<CallId>;
  removed: Set<CallId>;
  flushedAt: number;
  cancelFlush: (() => void) | null;
};

type Deps = {
  clock: Clock;
  calls: LiveCalls;
  presence: PresenceList;
  broadcast: Broadcast;
  metrics?: RealtimeMetrics | undefined;
};

/** The live boards, one a team: changes are collected and sent as whole rows, numbered without gaps. */
export class Board {
  readonly #teams = new Map<TeamId | null, TeamBoard>();
  readonly #removals = new Map<CallId, () => void>();

  constructor(private readonly deps: Deps) {}

  /** To be told of an event after the call's view has folded it. */
  onEvent(event: DomainEvent): void {
    if (UNSEEN.has(event.type)) return;
    this.onChanged(event.callId);
    if (event.type === "call.ended") this.#planRemoval(event.callId, { afterMs: ENDED_ROW_KEPT_MS });
    if (event.type === "call.monitoring_changed") {
      // How a call ends that we left we never learn: its row says "left" for a while and goes.
      if (event.monitoring === "left") this.#planRemoval(event.callId, { afterMs: LEFT_CALL_KEPT_MS });
      else this.#keep(event.callId);
    }
    if (event.type === "call.arrived") {
      this.#keep(event.callId);
      this.#team(event.info.teamId).removed.delete(event.callId);
    }
  }

  /** Something beside the events has changed, such as who looks. */
  onChanged(callId: CallId): void {
    const view = this.deps.calls.get(callId);
    if (!view) return;
    const team = this.#team(view.info.teamId);
    // After its fifteen seconds a call does not come back, whatever still happens to it.
    if (!isLive(view.state) && !team.rows.has(callId) && !team.dirty.has(callId)) return;
    team.dirty.add(callId);
    this.#schedule(team);
  }

  /** Rows of these teams as they are now; `sequence` is of the last update sent, and later updates may repeat a row. */
  snapshot(teams: readonly { teamId: TeamId | null; name: string }[]): Pick<BoardSnapshot, "teams" | "rows"> {
    const rows = teams.flatMap(({ teamId }) => {
      const team = this.#teams.get(teamId);
      if (!team) return [];
      const fresh = [...team.dirty].flatMap((callId) => this.#rowOf(callId) ?? []);
      const current = new Map([...team.rows, ...fresh.map((row) => [row.info.callId, row] as const)]);
      return [...current.values()].filter((row) => !team.removed.has(row.info.callId));
    });
    const named = teams.map(({ teamId, name }) => ({ teamId, name, sequence: this.#teams.get(teamId)?.sequence ?? 0 }));
    return { teams: named, rows };
  }

  close(): void {
    for (const cancel of this.#removals.values()) cancel();
    for (const team of this.#teams.values()) team.cancelFlush?.();
  }

  #team(teamId: TeamId | null): TeamBoard {
    const known = this.#teams.get(teamId);
    if (known) return known;
    const made: TeamBoard = {
      teamId,
      sequence: 0,
      rows: new Map(),
      dirty: new Set(),
      removed: new Set(),
      flushedAt: Number.NEGATIVE_INFINITY,
      cancelFlush: null,
    };
    this.#teams.set(teamId, made);
    return made;
  }

  #rowOf(callId: CallId): BoardRow | null {
    const view = this.deps.calls.get(callId);
    if (!view) return null;
    const { presence } = this.deps;
    return toBoardRow(view, { viewers: presence.viewers(callId), lastLookedAt: presence.lastLookedAt(callId) });
  }

  #keep(callId: CallId): void {
    this.#removals.get(callId)?.();
    this.#removals.delete(callId);
  }

  #planRemoval(callId: CallId, { afterMs }: { afterMs: number }): void {
    this.#keep(callId);
    const teamId = this.deps.calls.get(callId)?.info.teamId;
    if (teamId === undefined) return;
    const remove = () => {
      this.#removals.delete(callId);
      const team = this.#team(teamId);
      team.dirty.delete(callId);
      team.removed.add(callId);
      this.#schedule(team);
    };
    this.#removals.set(callId, this.deps.clock.after(afterMs, remove));
  }

  #schedule(team: TeamBoard): void {
    if (team.cancelFlush) return;
    const waitMs = leftOf({ since: team.flushedAt, ms: BOARD_INTERVAL_MS, now: this.deps.clock.now() });
    team.cancelFlush = this.deps.clock.after(waitMs, () => this.#flush(team));
  }

  #flush(team: TeamBoard): void {
    team.cancelFlush = null;
    const rows = [...team.dirty].flatMap((callId) => {
      const row = this.#rowOf(callId);
      return row && !isDeepStrictEqual(row, team.rows.get(callId)) ? [row] : [];
    });
    const removed = [...team.removed].filter((callId) => team.rows.has(callId));
    team.dirty.clear();
    team.removed.clear();
    for (const row of rows) team.rows.set(row.info.callId, row);
    for (const callId of removed) team.rows.delete(callId);
    if (rows.length === 0 && removed.length === 0) return;
    team.sequence += 1;
    team.flushedAt = this.deps.clock.now();
    this.deps.broadcast({
      rooms: team.teamId === null ? rooms.allBoards : [rooms.board(team.teamId), rooms.allBoards],
      name: "board:updated",
      payload: {
        version: SOCKET_VERSION,
        sentAt: team.flushedAt,
        teamId: team.teamId,
        sequence: team.sequence,
        rows,
        removed,
      },
    });
    this.deps.metrics?.board({ rows: rows.length, removed: removed.length });
  }
}
