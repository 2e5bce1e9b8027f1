import type { z } from "zod";
import { actorName } from "@/lib/contract/actor-name";
import { callViewSchema } from "@/lib/contract/call-view";
import type { Prisma } from "@/lib/platform/prisma-client/client";
import type { StoredCall } from "./types";

export const callInclude = {
  utterances: { orderBy: [{ startMs: "asc" }, { utteranceId: "asc" }] },
  topics: { orderBy: { atMs: "asc" } },
  modeChanges: { orderBy: { at: "asc" } },
  speakings: { orderBy: [{ startedAt: "asc" }, { speakingId: "asc" }] },
  alerts: { orderBy: { raisedAt: "asc" } },
  notes: { orderBy: { at: "asc" } },
  suggestions: { orderBy: { proposedAt: "asc" }, include: { steps: { orderBy: { position: "asc" } } } },
} satisfies Prisma.CallInclude;

type CallRow = Prisma.CallGetPayload<{ include: typeof callInclude }>;
type SuggestionRow = CallRow["suggestions"][number];
type ViewInput = z.input<typeof callViewSchema>;

/**
 * `helpAskedAt`: epoch milliseconds, from the audit. @returns the rows of one call in the shape of a live one.
 * @throws ZodError where the database holds what no version wrote
 */
export function toStoredCall(call: CallRow, { helpAskedAt }: { helpAskedAt: number | null }): StoredCall {
  const { callerNumber, callerName, calleeNumber, agentId, agentName, teamId, teamName } = call;
  const { gateway, simulated, direction } = call;
  const startedAt = call.startedAt.getTime();
  const people = { callerNumber, callerName, calleeNumber, agentId, agentName, teamId, teamName };
  const view = callViewSchema.parse({
    info: { callId: call.id, gateway, simulated, direction, startedAt, ...people },
    sequence: 0,
    state: call.state,
    monitoring: call.monitoring,
    mode: null,
    pendingMode: null,
    modeUnknown: false,
    ringing: false,
    heldBy: [],
    connectedAt: call.connectedAt?.getTime() ?? null,
    endedAt: call.endedAt?.getTime() ?? null,
    endReason: call.endReason,
    audioStartedAt: call.audioStartedAt?.getTime() ?? null,
    transcription: call.transcriptionLevel,
    transcriptionDetail: call.transcriptionDetail,
    ...linesOf(call),
    talk: call.talk,
    callerSpeaking: false,
    agentSpeaking: false,
    suggestions: call.suggestions.map(toSuggestion),
    alerts: call.alerts.map(({ id, raisedAt, ...alert }) => ({ ...alert, alertId: id, raisedAt: raisedAt.getTime() })),
    modeChanges: call.modeChanges.map(toModeChange),
    floor: { holder: null, askedBy: null },
    speakings: call.speakings.map(toSpeaking),
    whispersPaused: false,
    helpAskedAt,
    notes: call.notes.map((note) => ({
      noteId: note.id,
      text: note.text,
      author: actorOf(note),
      at: note.at.getTime(),
    })),
    lastError: faultOf(call.lastError),
  });
  return {
    view,
    recording: call.recordingPath ? { durationMs: call.recordingMs ?? 0 } : null,
    moodAverage: call.moodAverage,
    durationMs: call.durationMs,
  };
}

function linesOf(call: CallRow) {
  return {
    utterances: call.utterances.map(({ utteranceId, party, text, startMs, endMs }) => ({
      utteranceId,
      party,
      text,
      startMs,
      endMs,
      final: true,
    })),
    sentiment: call.utterances.flatMap(({ utteranceId, party, endMs, sentiment, confidence, rolling, trend }) =>
      sentiment === null
        ? []
        : [{ utteranceId, party, atMs: endMs, score: sentiment, confidence, rolling, trend: trend ?? "steady" }],
    ),
    topics: call.topics,
  };
}

/** @returns the fault of what `record-event` wrote: code and message; of other words the whole, as a message. */
export function faultOf(stored: string | null): ViewInput["lastError"] {
  if (stored === null) return null;
  const [, code = "UNKNOWN", message = stored] = /^([^:]{1,64}): (.*)$/s.exec(stored) ?? [];
  return { code, message: message.slice(0, 300) };
}

type ActorColumns = { actorKind: "user" | "system" | "gateway"; actorUserId: string | null; actorName: string | null };

function actorOf({ actorKind, actorUserId, actorName }: ActorColumns) {
  return actorKind === "user" ? { kind: actorKind, userId: actorUserId, name: actorName ?? "" } : { kind: actorKind };
}

function toModeChange(change: CallRow["modeChanges"][number]): ViewInput["modeChanges"][number] {
  const { requestId, requested, confirmed, previous, failedMessage: failed } = change;
  return {
    requestId,
    requested,
    confirmed,
    previous,
    failed,
    byName: actorName(actorOf(change)),
    at: change.at.getTime(),
  };
}

function toSpeaking(row: CallRow["speakings"][number]) {
  const { speakingId, mode, startedAt, endedAt, spokenMs, reason, callerClear } = row;
  const times = { startedAt: startedAt.getTime(), endedAt: endedAt?.getTime() ?? null, spokenMs };
  return { speakingId, mode, by: actorOf(row), ...times, reason, callerClear };
}

function userOf(userId: string | null, name: string | null) {
  return userId === null ? null : { kind: "user" as const, userId, name: name ?? "" };
}

function toSuggestion(row: SuggestionRow) {
  const { id, steps, clipHash, clipDurationMs, claimedByUserId, claimedByName, ...others } = row;
  const { responseUserId, responseName, ...rest } = others;
  return {
    ...rest,
    suggestionId: id,
    proposedAt: row.proposedAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    clip: clipHash ? { hash: clipHash, durationMs: clipDurationMs ?? 0 } : null,
    claimedBy: userOf(claimedByUserId, claimedByName),
    agentResponseBy: userOf(responseUserId, responseName),
    steps: steps.map((step) => ({
      state: step.state,
      at: step.at.getTime(),
      actor: actorOf(step),
      text: step.text,
      detail: step.detail,
    })),
  };
}
