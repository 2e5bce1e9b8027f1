import { actorColumns } from "@/lib/auth/audit";
import type { Alert } from "@/lib/contract/alert";
import type { Actor, CallInfo } from "@/lib/contract/call";
import type { Suggestion } from "@/lib/contract/coaching";
import type { DomainEvent, DomainEventOf, DomainEventType } from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import { ASK_HELP_ACTION } from "./constants";
import type { RecordBatch } from "./record-batch";
import { audit, type RecordContext } from "./record-context";
import { recordFloor, recordSpeakingEnd, recordSpeakingProgress, recordSpeakingStart } from "./record-voice";

const GATEWAY: Actor = { kind: "gateway" };
const LEVELS = ["full", "slow-partials", "finals-only", "unavailable"] as const;

type Handler<T extends DomainEventType> = (event: DomainEventOf<T>, context: RecordContext) => void;

const patch =
  <T extends DomainEventType>(
    change: (event: DomainEventOf<T>) => Parameters<RecordBatch["changeCall"]>[1],
  ): Handler<T> =>
  (event, { batch }) =>
    batch.changeCall(event.callId, change(event));
const fault = (event: { callId: CallId; code: string; message: string }, { batch }: RecordContext) =>
  batch.changeCall(event.callId, { lastError: `${event.code}: ${event.message}` });
/** A step of the call's own flow, kept as a line of the audit. */
const step =
  <T extends DomainEventType>(
    action: string,
    detail: (event: DomainEventOf<T>) => Record<string, unknown>,
  ): Handler<T> =>
  (event, context) =>
    audit({ context, event, by: { kind: "system" }, action, detail: detail(event) });
/** Partials and voice activity say nothing afterwards. */
const nothing = () => {};

const handlers: { [T in DomainEventType]: Handler<T> } = {
  "call.arrived": recordArrival,
  "call.answered": patch((event) => ({ state: "ANSWERED", audioStartedAt: new Date(event.occurredAt) })),
  "call.connected": patch((event) => ({ state: "CONNECTED", connectedAt: new Date(event.occurredAt) })),
  "call.answer_failed": fault,
  "call.connect_failed": (event, context) => {
    fault(event, context);
    const { attempt, code, willRetry } = event;
    audit({ context, event, by: GATEWAY, action: "calls.fail-connect", detail: { attempt, code, willRetry } });
  },
  "call.faulted": fault,
  "call.monitoring_changed": (event, context) => {
    context.batch.changeCall(event.callId, { monitoring: event.monitoring });
    if (event.monitoring === "left") audit({ context, event, by: event.by, action: "calls.leave", detail: {} });
  },
  "call.hold_changed": (event, context) => {
    const action = event.isHeld ? "calls.hold" : "calls.resume";
    audit({ context, event, by: GATEWAY, action, detail: { party: event.party } });
  },
  "call.ended": recordEnd,
  "call.greeted": step("calls.greet", ({ playedMs }) => ({ playedMs })),
  "call.apologised": step("calls.apologise", ({ playedMs }) => ({ playedMs })),
  "call.ringing": step("calls.ring", ({ attempt, ringTimeMs }) => ({ attempt, ringTimeMs })),
  "mode.requested": recordMode,
  "mode.confirmed": recordMode,
  "mode.failed": recordMode,
  "floor.changed": recordFloor,
  "speaking.started": recordSpeakingStart,
  "speaking.progressed": recordSpeakingProgress,
  "speaking.ended": recordSpeakingEnd,
  "whispers.paused": (event, context) => {
    const action = event.isPaused ? "whispers.pause" : "whispers.resume";
    audit({ context, event, by: event.by, action, detail: {} });
  },
  "help.asked": (event, context) => audit({ context, event, by: event.by, action: ASK_HELP_ACTION, detail: {} }),
  "voice.started": nothing,
  "voice.ended": nothing,
  "utterance.partial": nothing,
  "utterance.dropped": nothing,
  "utterance.final": ({ utterance, callId }, { batch }) => {
    const { final: _final, ...row } = utterance;
    batch.utterances.set(`${callId}/${utterance.utteranceId}`, { callId, ...row });
    batch.size += 1;
  },
  "transcription.changed": (event, { batch, call }) => {
    const rank = LEVELS.indexOf(event.level);
    if (rank < call.worstTranscription) return;
    call.worstTranscription = rank;
    batch.changeCall(event.callId, { transcriptionLevel: event.level, transcriptionDetail: event.detail });
  },
  "sentiment.measured": recordSentiment,
  "topics.detected": ({ callId, mentions }, { batch }) => {
    batch.topics.push(...mentions.map((mention) => ({ callId, ...mention })));
    batch.size += 1;
  },
  "talk.measured": patch((event) => ({ talk: event.metrics })),
  "alert.raised": recordAlert,
  "alert.changed": (event, context) => {
    recordAlert(event, context);
    if (event.by.kind !== "user") return;
    audit({ context, event, by: event.by, action: "alerts.dismiss", detail: { wrong: event.alert.markedWrong } });
  },
  "suggestion.proposed": recordSuggestion,
  "suggestion.changed": recordSuggestion,
  "note.added": (event, context) => {
    const { note, callId } = event;
    const row = { id: note.noteId, callId, text: note.text, ...actorColumns(note.author), at: new Date(note.at) };
    context.batch.notes.push(row);
    audit({ context, event, by: note.author, action: "notes.add", detail: {}, subject: note.noteId });
  },
};

/** Adds one event to the batch. */
export function recordEvent(event: DomainEvent, context: RecordContext): void {
  // The map is exhaustive by its type; the compiler cannot see that key and event belong together.
  (handlers[event.type] as Handler<DomainEventType>)(event, context);
}

function recordAlert({ alert, callId }: { alert: Alert; callId: CallId }, { batch }: RecordContext): void {
  batch.alerts.set(alert.alertId, { callId, alert });
  batch.size += 1;
}

function recordArrival(event: DomainEventOf<"call.arrived">, { batch, demonstration }: RecordContext): void {
  const { info } = event;
  const { callId: id, startedAt, ...rest } = info;
  batch.newCalls.set(id, {
    id,
    ...rest,
    startedAt: new Date(startedAt),
    state: event.state,
    demonstration,
    ...(event.state === "PENDING" ? {} : { audioStartedAt: new Date(event.occurredAt) }),
    ...(event.state === "CONNECTED" ? { connectedAt: new Date(startedAt) } : {}),
  });
  batch.parties.push(...partiesOf(info));
  // A call found on a reconnect is in the database already: only what may have changed is written over it. Its clocks began
  // when it was first seen; for a call that is new to us they begin now.
  batch.changeCall(id, { state: event.state, monitoring: "monitored", endedAt: null, endReason: null });
}

function partiesOf(info: CallInfo) {
  const { callId } = info;
  return [
    { callId, party: "caller" as const, number: info.callerNumber, name: info.callerName, agentId: null },
    { callId, party: "agent" as const, number: info.calleeNumber, name: info.agentName, agentId: info.agentId },
  ];
}

function recordEnd(event: DomainEventOf<"call.ended">, context: RecordContext): void {
  context.batch.changeCall(event.callId, {
    state: "DISCONNECTED",
    endedAt: new Date(event.occurredAt),
    endReason: event.reason,
    durationMs: event.durationMs,
  });
  if (event.by.kind === "user")
    audit({ context, event, by: event.by, action: "calls.end", detail: { reason: event.reason } });
}

function recordMode(
  event: DomainEventOf<"mode.requested"> | DomainEventOf<"mode.confirmed"> | DomainEventOf<"mode.failed">,
  context: RecordContext,
): void {
  const { batch } = context;
  const { callId } = event;
  const at = new Date(event.occurredAt);
  batch.size += 1;
  if (event.type === "mode.requested") {
    batch.modesAsked.set(event.requestId, {
      callId,
      requestId: event.requestId,
      requested: event.mode,
      ...actorColumns(event.by),
      at,
    });
    audit({ context, event, by: event.by, action: "modes.request", detail: { mode: event.mode } });
    return;
  }
  if (event.type === "mode.failed") {
    const data = { failedCode: event.code, failedMessage: event.message, settledAt: at };
    batch.modesSettled.push({ callId, requestId: event.requestId, data });
    audit({ context, event, by: event.by, action: "modes.fail", detail: { mode: event.mode, code: event.code } });
    return;
  }
  const confirmed = { confirmed: event.mode, previous: event.previous, settledAt: at };
  if (event.requestId === null)
    batch.modesUnasked.push({ callId, requestId: null, ...confirmed, ...actorColumns(event.by), at });
  else batch.modesSettled.push({ callId, requestId: event.requestId, data: confirmed });
  const detail = { mode: event.mode, previous: event.previous };
  audit({ context, event, by: event.by, action: "modes.confirm", detail });
}

function recordSentiment(event: DomainEventOf<"sentiment.measured">, { batch, call }: RecordContext): void {
  const { point, callId } = event;
  const data = { sentiment: point.score, confidence: point.confidence, rolling: point.rolling, trend: point.trend };
  const key = `${callId}/${point.utteranceId}`;
  const waiting = batch.utterances.get(key);
  if (waiting) batch.utterances.set(key, { ...waiting, ...data });
  else batch.sentiments.set(key, { callId, utteranceId: point.utteranceId, data });
  batch.size += 1;
  if (point.party !== "caller") return;
  const { mood } = call;
  mood.sum += point.score;
  mood.count += 1;
  mood.minimum = Math.min(mood.minimum, point.rolling);
  batch.changeCall(callId, {
    moodAverage: mood.sum / mood.count,
    moodMinimum: mood.minimum,
    moodFinal: point.rolling,
  });
}

function recordSuggestion(
  event: DomainEventOf<"suggestion.proposed"> | DomainEventOf<"suggestion.changed">,
  context: RecordContext,
): void {
  const { suggestion } = event;
  context.batch.suggestions.set(suggestion.suggestionId, suggestion);
  context.batch.size += 1;
  const known = context.call.steps.get(suggestion.suggestionId) ?? 0;
  for (const step of suggestion.steps.slice(known))
    audit({
      context,
      event: { callId: event.callId, occurredAt: step.at },
      by: step.actor,
      action: `suggestions.${step.state}`,
      subject: suggestion.suggestionId,
      detail: auditDetail(suggestion, step.state),
    });
  context.call.steps.set(suggestion.suggestionId, suggestion.steps.length);
}

function auditDetail(suggestion: Suggestion, state: string): Record<string, unknown> {
  const played = ["speaking", "spoken", "interrupted", "failed"].includes(state);
  return { rule: suggestion.rule, clip: suggestion.clip?.hash ?? null, ...(played ? { proof: suggestion.proof } : {}) };
}
