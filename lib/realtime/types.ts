import type { BoardRow } from "@/lib/contract/board";
import type { CallView, Presence } from "@/lib/contract/call-view";
import type { CommandError } from "@/lib/contract/command-result";
import type { DeskView } from "@/lib/contract/desk";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import type { CallId } from "@/lib/contract/ids";
import type { TranscriptionLevel } from "@/lib/contract/transcript";

/** `stale`: connected, but nothing has come for a while. `signed-out`: the server does not accept the session. */
export type ConnectionState = "connecting" | "live" | "stale" | "offline" | "signed-out";

/** What a browser knows of its connection and of what the server depends on. */
export type LiveConnectionInfo = {
  state: ConnectionState;
  /** Round trip of the last clock:read, milliseconds. */
  latencyMs: number | null;
  /** Browser epoch milliseconds of the last message, to a quarter of a second. */
  dataAt: number | null;
  gateways: GatewayReport[];
  transcription: TranscriptionLevel;
  demonstration: boolean;
  /** Server clock − browser clock, milliseconds. */
  clockOffsetMs: number;
};

/** Rows in order of arrival; a row that has not changed keeps its reference. */
export type LiveBoard = {
  state: "loading" | "ready" | "error";
  rows: BoardRow[];
  error: CommandError | null;
};

/** A call page. `view` stays (old) while a new snapshot is fetched after a reconnect or a gap. */
export type LiveCall = {
  state: "loading" | "ready" | "not-found" | "error";
  view: CallView | null;
  viewers: Presence[];
  error: CommandError | null;
};

/** An agent's desk. `call` null: none now. It stays (old) while the connection is away. */
export type LiveDesk = {
  state: "loading" | "ready" | "error";
  call: DeskView | null;
  error: CommandError | null;
};

/** All that React sees. Immutable; replaced at most once an animation frame. */
export type LiveState = {
  connection: LiveConnectionInfo;
  board: LiveBoard;
  calls: Readonly<Record<CallId, LiveCall>>;
  desk: LiveDesk;
};
