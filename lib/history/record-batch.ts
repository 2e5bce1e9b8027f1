import { actorColumns } from "@/lib/auth/audit";
import type { Alert } from "@/lib/contract/alert";
import type { Actor } from "@/lib/contract/call";
import type { Suggestion } from "@/lib/contract/coaching";
import type { CallId, SuggestionId, TeamId } from "@/lib/contract/ids";
import type { Prisma } from "@/lib/platform/prisma-client/client";

/** One line of the audit. `detail` holds no transcript. */
export type AuditRow = {
  action: string;
  by: Actor;
  at: number;
  callId: CallId | null;
  teamId: TeamId | null;
  subject: string | null;
  detail: Record<string, unknown>;
  /** Of its call, action and subject there is one row: said again, only its detail becomes the newest. */
  grows?: boolean;
};

export type ModeRow = Prisma.ModeChangeUncheckedCreateInput & { requestId: string | null };
export type SpeakingRow = Prisma.SpeakingUncheckedCreateInput;
type SpokenRow = { callId: CallId; speakingId: string; spokenMs: number };
export type UtteranceRow = Prisma.UtteranceCreateManyInput;
export type Sentiment = Pick<Prisma.UtteranceUncheckedUpdateInput, "sentiment" | "confidence" | "rolling" | "trend">;

/**
 * What happened since the last write, folded to as few rows as it can be: a call changed five times is one update. Holds
 * everything of one transaction, the audit with it.
 */
export class RecordBatch {
  readonly newCalls = new Map<CallId, Prisma.CallUncheckedCreateInput>();
  readonly parties: Prisma.CallPartyCreateManyInput[] = [];
  readonly calls = new Map<CallId, Prisma.CallUncheckedUpdateInput>();
  readonly utterances = new Map<string, UtteranceRow>();
  readonly sentiments = new Map<string, { callId: CallId; utteranceId: string; data: Sentiment }>();
  readonly topics: Prisma.TopicMentionCreateManyInput[] = [];
  readonly suggestions = new Map<SuggestionId, Suggestion>();
  readonly modesAsked = new Map<string, ModeRow>();
  readonly modesSettled: { callId: CallId; requestId: string; data: Prisma.ModeChangeUncheckedUpdateInput }[] = [];
  readonly modesUnasked: ModeRow[] = [];
  readonly speakings = new Map<string, SpeakingRow>();
  readonly spoken = new Map<string, SpokenRow>();
  readonly alerts = new Map<string, { callId: CallId; alert: Alert }>();
  readonly notes: Prisma.NoteCreateManyInput[] = [];
  readonly audit: Prisma.AuditEntryCreateManyInput[] = [];
  readonly growingAudit = new Map<string, Prisma.AuditEntryCreateManyInput>();
  size = 0;

  changeCall(callId: CallId, data: Prisma.CallUncheckedUpdateInput): void {
    this.calls.set(callId, { ...this.calls.get(callId), ...data });
    this.size += 1;
  }

  /** The newest of one speaking counts: its end holds its start as well. */
  setSpeaking(row: SpeakingRow): void {
    this.speakings.set(`${row.callId}/${row.speakingId}`, row);
    this.size += 1;
  }

  /** How far an open microphone has come; the newest counts. */
  setSpoken(row: SpokenRow): void {
    this.spoken.set(`${row.callId}/${row.speakingId}`, row);
    this.size += 1;
  }

  addAudit(row: AuditRow): void {
    const line = {
      ...actorColumns(row.by),
      action: row.action,
      callId: row.callId,
      teamId: row.teamId,
      subject: row.subject,
      detail: row.detail as Prisma.InputJsonObject,
      at: new Date(row.at),
    };
    if (row.grows) this.growingAudit.set(`${row.callId}/${row.action}/${row.subject}`, line);
    else this.audit.push(line);
    this.size += 1;
  }

  get empty(): boolean {
    return this.size === 0;
  }

  /** @returns a batch for each call (and one for what belongs to none), so that a row that cannot be written costs one call only. */
  split(): RecordBatch[] {
    const parts = new Map<string | null, RecordBatch>();
    const partOf = (callId: string | null | undefined): RecordBatch => {
      const key = callId ?? null;
      const part = parts.get(key) ?? new RecordBatch();
      parts.set(key, part);
      part.size += 1;
      return part;
    };
    for (const [id, row] of this.newCalls) partOf(id).newCalls.set(id, row);
    for (const row of this.parties) partOf(row.callId).parties.push(row);
    for (const [id, data] of this.calls) partOf(id).calls.set(id, data);
    for (const [key, row] of this.utterances) partOf(row.callId).utterances.set(key, row);
    for (const [key, row] of this.sentiments) partOf(row.callId).sentiments.set(key, row);
    for (const row of this.topics) partOf(row.callId).topics.push(row);
    for (const [id, row] of this.suggestions) partOf(row.callId).suggestions.set(id, row);
    for (const [id, row] of this.modesAsked) partOf(row.callId).modesAsked.set(id, row);
    for (const row of this.modesSettled) partOf(row.callId).modesSettled.push(row);
    for (const row of this.modesUnasked) partOf(row.callId).modesUnasked.push(row);
    for (const [key, row] of this.speakings) partOf(row.callId).speakings.set(key, row);
    for (const [key, row] of this.spoken) partOf(row.callId).spoken.set(key, row);
    for (const [id, row] of this.alerts) partOf(row.callId).alerts.set(id, row);
    for (const row of this.notes) partOf(row.callId).notes.push(row);
    for (const row of this.audit) partOf(row.callId).audit.push(row);
    for (const [key, row] of this.growingAudit) partOf(row.callId).growingAudit.set(key, row);
    return [...parts.values()];
  }

  /** As text, for what has to be set aside. */
  toJSON(): Record<string, unknown> {
    const listed = Object.entries(this).map(([name, rows]) => [name, rows instanceof Map ? [...rows] : rows]);
    return Object.fromEntries(listed);
  }
}
