import type { Direction, Monitoring } from "@/lib/contract/call";
import type { CallView } from "@/lib/contract/call-view";
import type { CallId } from "@/lib/contract/ids";

/** One line of the history. Times are epoch milliseconds. */
export type HistoryRow = {
  callId: CallId;
  startedAt: number;
  endedAt: number | null;
  durationMs: number | null;
  simulated: boolean;
  direction: Direction;
  callerNumber: string;
  callerName: string | null;
  agentName: string | null;
  calleeNumber: string;
  teamName: string | null;
  endReason: string | null;
  /** A call that was `left` has no known end: without `endedAt` it is not for that still live. */
  monitoring: Monitoring;
  /** Customer sentiment at the end, −1…+1. */
  mood: number | null;
  sparkline: number[];
  topics: { key: string; label: string }[];
  whispers: { spoken: number; rejected: number; expired: number; failed: number };
  /** Where the search words were said; marked parts alternate: plain, marked, plain … */
  snippet: string[] | null;
  hasRecording: boolean;
};

export type HistoryPage = { rows: HistoryRow[]; total: number; next: string | null };

/** A call as it is stored, in the shape a live one has, so that the same components show both. */
export type StoredCall = {
  view: CallView;
  recording: { durationMs: number } | null;
  moodAverage: number | null;
  durationMs: number | null;
};

/** What the filters can be set to, of what the viewer may see. */
export type HistoryChoices = {
  teams: { id: string; name: string }[];
  agents: { id: string; name: string }[];
  topics: { key: string; label: string }[];
};
