import fc from "fast-check";
import type { Alert } from "@/lib/contract/alert";
import { type Actor, type CallInfo, callInfoSchema } from "@/lib/contract/call";
import { type Suggestion, suggestionSchema } from "@/lib/contract/coaching";
import { type DomainEvent, EVENT_VERSION, type NewDomainEvent } from "@/lib/contract/domain-events";
import {
  type AgentId,
  alertIdSchema,
  type CallId,
  callIdSchema,
  noteIdSchema,
  teamIdSchema,
  userIdSchema,
  utteranceIdSchema,
} from "@/lib/contract/ids";
import type { Utterance } from "@/lib/contract/transcript";

/** Builders of contract values for the tests of this room. */

export const callId = (id: string) => callIdSchema.parse(id);
export const teamId = (id: string) => teamIdSchema.parse(id);
export const START = 1_700_000_000_000;

export const anna: Actor = { kind: "user", userId: userIdSchema.parse("anna"), name: "Anna" };

function infoOf(id: string, team: string | null = "team-1"): CallInfo {
  return callInfoSchema.parse({
    callId: id,
    gateway: "built-in",
    simulated: true,
    direction: "inbound",
    callerNumber: "+44700900812",
    callerName: null,
    calleeNumber: "201",
    agentId: null,
    agentName: "Agent",
    teamId: team,
    teamName: team,
    startedAt: START,
  });
}

export function arrived(id: string, team: string | null = "team-1"): NewDomainEvent {
  return { type: "call.arrived", callId: callId(id), info: infoOf(id, team), state: "PENDING", mode: null };
}

/** As `arrived`, at an agent's extension. */
export function arrivedFor(id: string, agentId: AgentId): NewDomainEvent {
  return { type: "call.arrived", callId: callId(id), info: { ...infoOf(id), agentId }, state: "PENDING", mode: null };
}

export function line(id: string, change: Partial<Utterance> = {}): Utterance {
  return {
    utteranceId: utteranceIdSchema.parse(id),
    party: "caller",
    text: "hello",
    startMs: 0,
    endMs: 500,
    final: true,
    ...change,
  };
}

export function suggestionOf(call: CallId, id: string, change: Partial<Suggestion> = {}): Suggestion {
  return {
    ...suggestionSchema.parse({
      suggestionId: id,
      callId: call,
      rule: "cancel-intent",
      ruleLabel: "Cancel intent",
      urgency: "normal",
      state: "proposed",
      text: "Offer the refund.",
      originalText: "Offer the refund.",
      reason: "The customer wants to leave.",
      evidence: [],
      proposedAt: START,
      expiresAt: START + 30_000,
      stale: false,
      clip: null,
      clipError: null,
      claimedBy: null,
      waitingForPause: false,
      proof: null,
      steps: [],
    }),
    ...change,
  };
}

export function alertOf(id: string, change: Partial<Alert> = {}): Alert {
  return {
    alertId: alertIdSchema.parse(id),
    rule: "mood",
    label: "Mood low",
    severity: "warning",
    detail: "",
    raisedAt: START,
    utteranceId: null,
    active: true,
    markedWrong: false,
    ...change,
  };
}

export function pointOf(id: string, change: { score?: number; rolling?: number; party?: "caller" | "agent" } = {}) {
  return {
    utteranceId: utteranceIdSchema.parse(id),
    party: "caller" as const,
    atMs: 500,
    score: -0.5,
    confidence: 0.9,
    rolling: -0.4,
    trend: "falling" as const,
    ...change,
  };
}

/** Gives bare events their envelope, numbered from `first`. */
export function numbered(events: NewDomainEvent[], first = 1): DomainEvent[] {
  return events.map(
    (event, index) =>
      ({ ...event, version: EVENT_VERSION, sequence: first + index, occurredAt: START + index * 40 }) as DomainEvent,
  );
}

const party = fc.constantFrom("caller" as const, "agent" as const);
/** Few lines, each of one party, so that events meet. */
const ofLine = fc.record({ party, n: fc.integer({ min: 0, max: 3 }) }).map(({ party: who, n }) => ({
  party: who,
  utteranceId: utteranceIdSchema.parse(`${who}-${n}`),
}));

/** Any event that can happen in the middle of a call, in any order: more than a real engine would do. */
export function anyEvent(id: CallId): fc.Arbitrary<NewDomainEvent> {
  const words = fc.record({ startMs: fc.integer({ min: 0, max: 9000 }), text: fc.string({ maxLength: 20 }) });
  const utterance = fc.tuple(ofLine, words).map(([who, what]) => ({ ...who, ...what, endMs: 9000 }));
  const partial = utterance.map(
    (line): NewDomainEvent => ({ type: "utterance.partial", callId: id, utterance: { ...line, final: false } }),
  );
  const mode = fc.constantFrom("spy" as const, "whisper" as const, "barge" as const);
  const requestId = fc.constantFrom("r1", "r2", "r3");
  return fc.oneof(
    { weight: 8, arbitrary: partial },
    utterance.map(
      (words): NewDomainEvent => ({ type: "utterance.final", callId: id, utterance: { ...words, final: true } }),
    ),
    ofLine.map((gone): NewDomainEvent => ({ type: "utterance.dropped", callId: id, ...gone })),
    fc.record({ party, started: fc.boolean(), atMs: fc.integer({ min: 0, max: 9000 }) }).map(
      ({ started, ...rest }): NewDomainEvent => ({
        type: started ? "voice.started" : "voice.ended",
        callId: id,
        ...rest,
      }),
    ),
    fc
      .record({ party, isHeld: fc.boolean() })
      .map((hold): NewDomainEvent => ({ type: "call.hold_changed", callId: id, ...hold })),
    fc.constantFrom<NewDomainEvent>(
      { type: "call.answered", callId: id },
      { type: "call.connected", callId: id, attempt: 1 },
      { type: "sentiment.measured", callId: id, point: pointOf("u1") },
      { type: "suggestion.proposed", callId: id, suggestion: suggestionOf(id, "s1") },
      { type: "suggestion.changed", callId: id, suggestion: suggestionOf(id, "s1", { state: "rejected" }) },
      { type: "alert.raised", callId: id, alert: alertOf("a1") },
      { type: "alert.changed", callId: id, alert: alertOf("a1", { active: false }), by: anna },
      {
        type: "note.added",
        callId: id,
        note: { noteId: noteIdSchema.parse("n1"), text: "a note", author: anna, at: START },
      },
    ),
    fc
      .record({ mode, requestId })
      .map((asked): NewDomainEvent => ({ type: "mode.requested", callId: id, by: anna, ...asked })),
    fc.record({ mode, requestId: fc.option(requestId) }).map(
      (done): NewDomainEvent => ({
        type: "mode.confirmed",
        callId: id,
        by: { kind: "gateway" },
        previous: "spy",
        ...done,
      }),
    ),
    fc.record({ mode, requestId }).map(
      (done): NewDomainEvent => ({
        type: "mode.failed",
        callId: id,
        by: anna,
        code: "TIMEOUT",
        message: "no answer",
        ...done,
      }),
    ),
  );
}
