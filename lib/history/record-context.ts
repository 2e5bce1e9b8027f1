import type { Actor } from "@/lib/contract/call";
import type { CallId, TeamId } from "@/lib/contract/ids";
import type { RecordBatch } from "./record-batch";

/** What the recorder must remember of a live call between batches. */
export type RecordedCall = {
  teamId: TeamId | null;
  mood: { sum: number; count: number; minimum: number };
  /** Steps of each suggestion that are already in a batch. */
  steps: Map<string, number>;
  /** When each microphone that is open was opened, epoch milliseconds. */
  voices: Map<string, number>;
  /** Who may speak into it. */
  holder: Actor | null;
  worstTranscription: number;
};

export type RecordContext = { batch: RecordBatch; call: RecordedCall; demonstration: boolean };

/** @returns what is remembered of a call of which nothing was said yet. */
export function newRecordedCall(): RecordedCall {
  return {
    teamId: null,
    mood: { sum: 0, count: 0, minimum: 1 },
    steps: new Map(),
    voices: new Map(),
    holder: null,
    worstTranscription: 0,
  };
}

/** Adds a line to the audit of the call that `event` is about. */
export function audit(entry: {
  context: RecordContext;
  event: { callId: CallId; occurredAt: number };
  by: Actor;
  action: string;
  detail: Record<string, unknown>;
  subject?: string;
}): void {
  entry.context.batch.addAudit({
    action: entry.action,
    by: entry.by,
    at: entry.event.occurredAt,
    callId: entry.event.callId,
    teamId: entry.context.call.teamId,
    subject: entry.subject ?? null,
    detail: entry.detail,
  });
}
