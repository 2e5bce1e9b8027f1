import type { Actor, CallInfo, Direction } from "@/lib/contract/call";
import type { Suggestion, SuggestionState } from "@/lib/contract/coaching";
import {
  agentIdSchema,
  alertIdSchema,
  callIdSchema,
  noteIdSchema,
  suggestionIdSchema,
  teamIdSchema,
  userIdSchema,
  utteranceIdSchema,
} from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";

export const SUPERVISOR: Actor = { kind: "user", userId: userIdSchema.parse("user-1"), name: "Ada" };
const SYSTEM: Actor = { kind: "system" };
const CLIP = { hash: "a".repeat(64), durationMs: 2100 };

type SampleCall = { id: string; teamId: string | null; startedAt: number; direction?: Direction };

/** A call's info, of one team's agent. */
export function sampleInfo(options: SampleCall): CallInfo {
  return {
    callId: callIdSchema.parse(options.id),
    gateway: "test",
    simulated: true,
    direction: options.direction ?? "inbound",
    callerNumber: "+44 20 7946 0812",
    callerName: "Jack Miller",
    calleeNumber: "1001",
    agentId: agentIdSchema.parse("agent-1"),
    agentName: "Michelle",
    teamId: options.teamId === null ? null : teamIdSchema.parse(options.teamId),
    teamName: options.teamId === null ? null : `Team ${options.teamId}`,
    startedAt: options.startedAt,
  };
}

/** A suggestion that has gone through `states`. */
export function sampleSuggestion(options: {
  callId: string;
  id: string;
  at: number;
  states: SuggestionState[];
}): Suggestion {
  const text = options.states.includes("edited") ? "Offer the refund today." : "Offer a refund.";
  return {
    suggestionId: suggestionIdSchema.parse(options.id),
    callId: callIdSchema.parse(options.callId),
    rule: "cancel-intent",
    ruleLabel: "Cancel intent",
    urgency: "urgent",
    state: options.states.at(-1) ?? "proposed",
    text,
    originalText: "Offer a refund.",
    reason: "The customer wants to cancel.",
    evidence: [{ utteranceId: utteranceIdSchema.parse(`${options.callId}-u1`), quote: "I want to cancel", atMs: 1500 }],
    proposedAt: options.at,
    expiresAt: options.at + 20_000,
    stale: false,
    clip: CLIP,
    clipError: null,
    claimedBy: null,
    waitingForPause: false,
    waitingFor: null,
    proof: options.states.includes("spoken")
      ? { modeBefore: "spy", modeDuring: "whisper", modeAfter: "spy", callerClear: true, playedMs: 2100 }
      : null,
    agentResponse: null,
    agentResponseBy: null,
    steps: options.states.map((state, index) => ({
      state,
      at: options.at + index * 500,
      actor: state === "proposed" || state === "speaking" || state === "spoken" ? SYSTEM : SUPERVISOR,
      text: index === 0 ? "Offer a refund." : text,
      detail: null,
    })),
  };
}

/** Says a whole call on the bus: two lines, a mood, a topic, an edited whisper, an alert, a note, and its end. */
export function playSampleCall(bus: EventBus, options: SampleCall): void {
  const info = sampleInfo(options);
  const { callId } = info;
  const first = utteranceIdSchema.parse(`${callId}-u1`);
  const line = { utteranceId: first, party: "caller" as const, startMs: 800, endMs: 1500, final: true };
  bus.publish({ type: "call.arrived", callId, info, state: "PENDING", mode: null });
  bus.publish({ type: "call.answered", callId });
  bus.publish({ type: "call.connected", callId, attempt: 1 });
  bus.publish({ type: "mode.requested", callId, requestId: `${callId}-m1`, mode: "spy", by: SYSTEM });
  bus.publish({
    type: "mode.confirmed",
    callId,
    requestId: `${callId}-m1`,
    mode: "spy",
    previous: "barge",
    by: SYSTEM,
  });
  bus.publish({ type: "utterance.partial", callId, utterance: { ...line, text: "I want", final: false } });
  bus.publish({ type: "utterance.final", callId, utterance: { ...line, text: "I want to cancel my contract." } });
  const second = utteranceIdSchema.parse(`${callId}-u2`);
  const answer = { utteranceId: second, party: "agent" as const, startMs: 1700, endMs: 2600, final: true };
  bus.publish({ type: "utterance.final", callId, utterance: { ...answer, text: "I am sorry to hear that." } });
  const point = { utteranceId: first, party: "caller" as const, atMs: 1500, score: -0.7, confidence: 0.9 };
  bus.publish({ type: "sentiment.measured", callId, point: { ...point, rolling: -0.7, trend: "falling" } });
  const mention = { utteranceId: first, party: "caller" as const, atMs: 1500, key: "cancel", label: "Cancel" };
  bus.publish({ type: "topics.detected", callId, mentions: [{ ...mention, kind: "intent", confidence: 0.8 }] });
  const at = options.startedAt + 2000;
  const id = `${callId}-s1`;
  bus.publish({
    type: "suggestion.proposed",
    callId,
    suggestion: sampleSuggestion({ callId, id, at, states: ["proposed"] }),
  });
  const spoken = sampleSuggestion({ callId, id, at, states: ["proposed", "edited", "speaking", "spoken"] });
  bus.publish({ type: "suggestion.changed", callId, suggestion: spoken });
  const alert = {
    alertId: alertIdSchema.parse(`${callId}-a1`),
    rule: "mood-low",
    label: "Mood low",
    severity: "warning" as const,
    detail: "below −0.5",
    raisedAt: at,
    utteranceId: first,
    active: true,
    markedWrong: false,
  };
  bus.publish({ type: "alert.raised", callId, alert });
  bus.publish({ type: "alert.changed", callId, alert: { ...alert, active: false, markedWrong: true }, by: SUPERVISOR });
  const note = { noteId: noteIdSchema.parse(`${callId}-n1`), text: "Call back on Monday.", author: SUPERVISOR, at };
  bus.publish({ type: "note.added", callId, note });
  bus.publish({ type: "call.ended", callId, reason: "caller-hung-up", by: { kind: "gateway" }, durationMs: 9000 });
}
