import type { Viewer } from "@/lib/auth/types";
import type { Actor } from "@/lib/contract/call";
import type { CommandErrorCode } from "@/lib/contract/command-result";
import type { Note } from "@/lib/contract/domain-events";
import type { ListenCodec } from "@/lib/contract/headset";
import type { CallId, TeamId, UserId } from "@/lib/contract/ids";
import type { ClientCommandName, ServerEventName, ServerEventPayload } from "@/lib/contract/socket-events";
import type { SpeakFault } from "@/lib/contract/speaking";

/** Which teams' boards a person may see, with their names; for an admin all of them. */
export interface TeamScope {
  teamsOf(viewer: Viewer): Promise<readonly { teamId: TeamId; name: string }[]>;
}

export interface NoteCommands {
  /** @throws AppError NOT_FOUND */
  add(request: { callId: CallId; text: string; by: Actor }): Promise<Note>;
}

/** One line for the audit: who tried what on which call, and whether it was done. */
export type CommandAudit = {
  /** Milliseconds since the epoch. */
  at: number;
  userId: UserId;
  userName: string;
  command: ClientCommandName;
  callId: CallId;
  /** The suggestion or alert it was about. */
  subjectId: string | null;
  /** `refused`: no right to it, or no such thing; `failed`: allowed, but not done. */
  outcome: "done" | "refused" | "failed";
  code: CommandErrorCode | null;
  /** The command's other fields; free text is left out. */
  detail: Record<string, string | number | boolean>;
};

/** One line for the audit: someone has stopped hearing a call. */
export type ListeningAudit = {
  /** When it ended, milliseconds since the epoch. */
  at: number;
  userId: UserId;
  userName: string;
  callId: CallId;
  teamId: TeamId | null;
  /** How long it lasted. */
  seconds: number;
};

/** What is worth counting of sound to and from browsers. */
export interface AudioMetrics {
  listeners(now: number): void;
  /** One packet handed to `sent` sockets, left out for `dropped` slow ones, `pathMs` after its first frame came in. */
  packet(entry: { sent: number; dropped: number; pathMs: number }): void;
  /** One frame of one track. */
  encoded(entry: { codec: ListenCodec; ms: number }): void;
  spokenFrame(outcome: "ok" | SpeakFault): void;
}

/** What a metrics registry may want to count. */
export interface RealtimeMetrics {
  connections(open: number): void;
  command(entry: { name: ClientCommandName; outcome: "ok" | CommandErrorCode; ms: number }): void;
  /** One call:events message handed to Socket.IO, with the age of its oldest event in milliseconds. */
  batch(entry: { events: number; ageMs: number }): void;
  board(entry: { rows: number; removed: number }): void;
  /** A message larger than any that is expected; its connection was closed. */
  oversized?(): void;
  audio?: AudioMetrics;
}

/** Sends one server event to all sockets of some rooms, encoded once. */
export type Broadcast = <N extends ServerEventName>(message: {
  rooms: string | string[];
  name: N;
  payload: ServerEventPayload<N>;
}) => void;
