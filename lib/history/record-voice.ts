import { actorColumns } from "@/lib/auth/audit";
import type { DomainEventOf } from "@/lib/contract/domain-events";
import { SPEAK_ACTION } from "./constants";
import { audit, type RecordContext } from "./record-context";

/** A supervisor's microphone opened: in the record at once, so that a crash cannot lose that it was. */
export function recordSpeakingStart(event: DomainEventOf<"speaking.started">, { batch, call }: RecordContext): void {
  const { callId, speakingId, mode, by, occurredAt } = event;
  call.voices.set(speakingId, occurredAt);
  const row = { callId, speakingId, mode, ...actorColumns(by), startedAt: new Date(occurredAt) };
  batch.setSpeaking(row);
}

/** Only a number in the row, for the case that the end is never told: no line of the audit. */
export function recordSpeakingProgress(event: DomainEventOf<"speaking.progressed">, { batch }: RecordContext): void {
  const { callId, speakingId, spokenMs } = event;
  batch.setSpoken({ callId, speakingId, spokenMs });
}

/** Who spoke, in which mode, from when to when, and whether the caller heard it: a row, and a line of the audit. */
export function recordSpeakingEnd(event: DomainEventOf<"speaking.ended">, context: RecordContext): void {
  const { callId, speakingId, mode, by, spokenMs, reason, detail, callerClear, occurredAt: to } = event;
  const { batch, call } = context;
  // An opening that was never told lay at least as far back as what was heard.
  const from = call.voices.get(speakingId) ?? to - spokenMs;
  call.voices.delete(speakingId);
  batch.setSpeaking({
    ...{ callId, speakingId, mode, ...actorColumns(by), startedAt: new Date(from), endedAt: new Date(to) },
    ...{ spokenMs, reason, detail, callerClear },
  });
  const said = { mode, from, to, spokenMs, reason, callerClear };
  audit({ context, event, by, action: SPEAK_ACTION, subject: speakingId, detail: said });
}

/** Only that it passed from one person to another: claims and releases are told by what is spoken. */
export function recordFloor(event: DomainEventOf<"floor.changed">, context: RecordContext): void {
  const { holder: before } = context.call;
  const { holder } = event;
  context.call.holder = holder;
  if (before?.kind !== "user" || holder?.kind !== "user" || before.userId === holder.userId) return;
  const detail = { to: holder.name };
  audit({ context, event, by: before, action: "calls.hand-over", subject: holder.userId, detail });
}
