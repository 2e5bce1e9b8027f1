import { actorName } from "@/lib/contract/actor-name";
import type { Party } from "@/lib/contract/call";
import type { CallView, ModeChange } from "@/lib/contract/call-view";
import type { DomainEvent, DomainEventOf } from "@/lib/contract/domain-events";
import type { Floor, Speaking } from "@/lib/contract/speaking";
import { appended, VIEW_LIMITS, withAlert, withSuggestion, withUtterance } from "./call-view-lists";

const NOBODY: Floor = { holder: null, askedBy: null };

/** The view of a call of which nothing but its first event is known. */
export function startCallView(event: DomainEventOf<"call.arrived">): CallView {
  return {
    info: event.info,
    sequence: event.sequence,
    state: event.state,
    monitoring: "monitored",
    mode: event.mode,
    pendingMode: null,
    modeUnknown: false,
    ringing: false,
    heldBy: [],
    connectedAt: null,
    endedAt: null,
    endReason: null,
    audioStartedAt: null,
    transcription: "full",
    transcriptionDetail: "",
    utterances: [],
    sentiment: [],
    topics: [],
    talk: null,
    callerSpeaking: false,
    agentSpeaking: false,
    suggestions: [],
    alerts: [],
    modeChanges: [],
    floor: NOBODY,
    speakings: [],
    whispersPaused: false,
    helpAskedAt: null,
    notes: [],
    lastError: null,
  };
}

/**
 * Folds one event into a view; the view is not changed, and what the event does not touch is shared with it. Server and browser
 * use this one function, so both see the same call.
 * @returns the new view; the same object where the event is old (already folded) or of another call.
 */
export function foldCallView(view: CallView, event: DomainEvent): CallView {
  if (event.callId !== view.info.callId || event.sequence <= view.sequence) return view;
  const change = changeOf(view, event);
  return { ...view, ...change, sequence: event.sequence };
}

type Change = Partial<CallView>;

function changeOf(view: CallView, event: DomainEvent): Change {
  switch (event.type) {
    case "call.arrived":
      return { info: event.info, state: event.state, mode: event.mode, monitoring: "monitored", heldBy: [] };
    case "call.answered":
      return view.state === "PENDING" ? { state: "ANSWERED" } : {};
    case "call.greeted":
    case "call.apologised":
      return {};
    case "call.ringing":
      return { ringing: true };
    case "call.connected":
      return { state: "CONNECTED", ringing: false, connectedAt: event.occurredAt, lastError: null };
    case "call.connect_failed":
      return { ringing: false, lastError: faultOf(event) };
    case "call.answer_failed":
    case "call.faulted":
      return { lastError: faultOf(event) };
    case "call.hold_changed":
      return { heldBy: withHold(view.heldBy, event) };
    case "call.monitoring_changed":
      return monitoringChange(event);
    case "call.ended":
      return endChange(event);
    case "mode.requested":
    case "mode.confirmed":
    case "mode.failed":
      return modeChange(view, event);
    case "floor.changed":
      return { floor: { holder: event.holder, askedBy: event.askedBy } };
    case "speaking.started":
    case "speaking.ended":
      return { speakings: withSpeaking(view.speakings, event) };
    case "speaking.progressed":
      return {};
    case "whispers.paused":
      return { whispersPaused: event.isPaused };
    case "help.asked":
      return { helpAskedAt: event.occurredAt };
    case "voice.started":
    case "voice.ended":
      return voiceChange(view, event);
    case "utterance.partial":
    case "utterance.final":
      return { utterances: withUtterance(view.utterances, event.utterance) };
    case "utterance.dropped":
      return { utterances: view.utterances.filter((line) => line.final || line.utteranceId !== event.utteranceId) };
    case "transcription.changed":
      return { transcription: event.level, transcriptionDetail: event.detail };
    case "sentiment.measured":
      return { sentiment: appended(view.sentiment, { items: [event.point], limit: VIEW_LIMITS.sentiment }) };
    case "topics.detected":
      return { topics: appended(view.topics, { items: event.mentions, limit: VIEW_LIMITS.topics }) };
    case "talk.measured":
      return { talk: event.metrics, ...audioStart(view, event.occurredAt - event.metrics.elapsedMs) };
    case "alert.raised":
    case "alert.changed":
      return { alerts: withAlert(view.alerts, event.alert) };
    case "suggestion.proposed":
    case "suggestion.changed":
      return { suggestions: withSuggestion(view.suggestions, event.suggestion) };
    case "note.added":
      return { notes: appended(view.notes, { items: [event.note], limit: VIEW_LIMITS.notes }) };
    default:
      return assertExhaustive(event);
  }
}

function assertExhaustive(event: never): never {
  throw new Error(`no fold for the event ${JSON.stringify(event)}`);
}

function faultOf({ code, message }: NonNullable<CallView["lastError"]>): CallView["lastError"] {
  return { code, message };
}

function monitoringChange(event: DomainEventOf<"call.monitoring_changed">): Change {
  if (event.monitoring === "monitored") return { monitoring: "monitored" };
  const deaf = { monitoring: event.monitoring, callerSpeaking: false, agentSpeaking: false };
  // Who has left the conference has no mode in it; while the gateway is lost the last confirmed one is all that is known.
  return event.monitoring === "left"
    ? { ...deaf, heldBy: [], mode: null, pendingMode: null, modeUnknown: false }
    : deaf;
}

function withHold(heldBy: Party[], { party, isHeld }: DomainEventOf<"call.hold_changed">): Party[] {
  const others = heldBy.filter((other) => other !== party);
  return isHeld ? [...others, party] : others;
}

function endChange(event: DomainEventOf<"call.ended">): Change {
  return {
    state: "DISCONNECTED",
    endedAt: event.occurredAt,
    endReason: event.reason,
    ringing: false,
    heldBy: [],
    mode: null,
    pendingMode: null,
    modeUnknown: false,
    callerSpeaking: false,
    agentSpeaking: false,
    floor: NOBODY,
  };
}

function withSpeaking(speakings: Speaking[], event: DomainEventOf<"speaking.started" | "speaking.ended">): Speaking[] {
  const { speakingId, mode, by, occurredAt } = event;
  if (event.type === "speaking.started") {
    const opened = { startedAt: occurredAt, endedAt: null, spokenMs: 0, reason: null, callerClear: null };
    return appended(speakings, { items: [{ speakingId, mode, by, ...opened }], limit: VIEW_LIMITS.speakings });
  }
  const { spokenMs, reason, callerClear } = event;
  return speakings.map((one) =>
    one.speakingId === speakingId ? { ...one, endedAt: occurredAt, spokenMs, reason, callerClear } : one,
  );
}

type ModeEvent = DomainEventOf<"mode.requested" | "mode.confirmed" | "mode.failed">;

function modeChange(view: CallView, event: ModeEvent): Change {
  const base = { requestId: event.requestId, confirmed: null, previous: null, failed: null };
  const line = { ...base, byName: actorName(event.by), at: event.occurredAt };
  if (event.type === "mode.requested") {
    return withModeChange(view, { ...line, requested: event.mode });
  }
  const asked = view.modeChanges.find((change) => event.requestId !== null && change.requestId === event.requestId);
  if (event.type === "mode.failed") {
    const failed = { ...(asked ?? line), requested: event.mode, failed: event.message };
    return { ...withModeChange(view, failed), mode: null, modeUnknown: true };
  }
  const outcome = { confirmed: event.mode, previous: event.previous };
  const settled = asked ? { ...asked, ...outcome } : { ...line, ...outcome, requested: null };
  const failed = asked && event.mode === null ? "The call has no conference." : null;
  return { ...withModeChange(view, { ...settled, failed }), mode: event.mode, modeUnknown: false };
}

/** Replaces the line of the same request or adds one; what is asked for and not settled yet is pending. */
function withModeChange(view: CallView, line: ModeChange): Pick<CallView, "modeChanges" | "pendingMode"> {
  const at = line.requestId === null ? -1 : view.modeChanges.findIndex((change) => change.requestId === line.requestId);
  const modeChanges =
    at >= 0
      ? view.modeChanges.with(at, line)
      : appended(view.modeChanges, { items: [line], limit: VIEW_LIMITS.modeChanges });
  const open = modeChanges.findLast((change) => change.requested && !change.confirmed && change.failed === null);
  return { modeChanges, pendingMode: open?.requested ?? null };
}

function voiceChange(view: CallView, event: DomainEventOf<"voice.started" | "voice.ended">): Change {
  const speaking = event.type === "voice.started";
  const flag = event.party === "caller" ? { callerSpeaking: speaking } : { agentSpeaking: speaking };
  return { ...flag, ...audioStart(view, event.occurredAt - event.atMs) };
}

/**
 * No event says when the audio began; each with a position gives an estimate that is late by the time its analysis took. The
 * earliest counts, in steps of half a second, so that the clock times on the screen do not creep.
 */
function audioStart(view: CallView, estimate: number): Change {
  const known = view.audioStartedAt;
  const at = Math.max(estimate, view.info.startedAt);
  return known === null || at <= known - 500 ? { audioStartedAt: at } : {};
}
