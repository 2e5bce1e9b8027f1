import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/contract/call";
import type { CallId, TeamId, UserId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import { REWIND_ACTION } from "./constants";
import type { AuditRow } from "./record-batch";

/** Nobody listens so long to a piece of at most MAX_REWIND_SECONDS: what is asked for later is another rewind. */
const PAUSE_MS = 10 * 60_000;
/** How far apart the end of a piece and the beginning of the next may be told: the browser rounds, and leaves out crumbs. */
const SEAM_MS = 250;

/** A stretch of a live call that somebody was given to hear again; positions on the call's audio clock, milliseconds. */
export type RewindPiece = {
  by: Extract<Actor, { kind: "user" }>;
  callId: CallId;
  teamId: TeamId | null;
  /** Since when it was asked for; null: the last seconds. */
  sinceMs: number | null;
  fromMs: number;
  toMs: number;
};

type Rewind = { id: string; userId: UserId; callId: CallId; at: number; lastAt: number } & Pick<
  RewindPiece,
  "sinceMs" | "fromMs" | "toMs"
>;

/**
 * One line of the audit for each rewind, however many pieces it takes until live is caught up with: said with the first one, so that
 * it cannot be lost, and again with every other, further on.
 */
export class RewindLog {
  #rewinds: Rewind[] = [];

  constructor(private readonly deps: { clock: Clock; audit: (row: AuditRow) => void }) {}

  heard(piece: RewindPiece): void {
    const { by, callId, teamId, sinceMs, fromMs, toMs } = piece;
    const now = this.deps.clock.now();
    this.#rewinds = this.#rewinds.filter(({ lastAt }) => now - lastAt <= PAUSE_MS);
    let rewind = this.#rewinds.find((known) => isContinued(known, piece));
    if (!rewind) {
      const { userId } = by;
      rewind = { id: randomUUID(), userId, callId, at: now, lastAt: now, sinceMs, fromMs, toMs };
      this.#rewinds.push(rewind);
    } else Object.assign(rewind, { lastAt: now, sinceMs, toMs: Math.max(rewind.toMs, toMs) });
    this.deps.audit({
      ...{ action: REWIND_ACTION, by, at: rewind.at, callId, teamId, subject: rewind.id, grows: true },
      detail: { fromMs: Math.round(rewind.fromMs), toMs: Math.round(rewind.toMs) },
    });
  }
}

/** Asked for from where the last piece ended, or once more because that did not arrive. */
function isContinued(rewind: Rewind, { by, callId, sinceMs }: RewindPiece): boolean {
  if (rewind.userId !== by.userId || rewind.callId !== callId || sinceMs === null) return false;
  return sinceMs === rewind.sinceMs || Math.abs(sinceMs - rewind.toMs) <= SEAM_MS;
}
