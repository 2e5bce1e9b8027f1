import { callViewSchema } from "@/lib/contract/call-view";
import { callIdSchema } from "@/lib/contract/ids";
import type { HistoryRow, StoredCall } from "@/lib/history/types";

export const AUDIO_STARTED = Date.UTC(2026, 6, 11, 8, 20);

/** A row of an ended call; `changes` overrides. */
export function makeHistoryRow(changes: Partial<HistoryRow> = {}): HistoryRow {
  return {
    callId: callIdSchema.parse("call-1"),
    startedAt: AUDIO_STARTED,
    endedAt: AUDIO_STARTED + 60_000,
    durationMs: 60_000,
    simulated: false,
    direction: "inbound",
    callerNumber: "+442079460812",
    callerName: "Jack Miller",
    agentName: "Dana Fox",
    calleeNumber: "1001",
    teamName: "Support",
    endReason: "caller-hung-up",
    monitoring: "monitored",
    mood: -0.4,
    sparkline: [0.1, -0.4],
    topics: [{ key: "refund", label: "Refund" }],
    whispers: { spoken: 1, rejected: 2, expired: 0, failed: 0 },
    snippet: null,
    hasRecording: true,
    ...changes,
  };
}

const line = (utteranceId: string, party: "caller" | "agent", text: string, startMs: number) => ({
  utteranceId,
  party,
  text,
  startMs,
  endMs: startMs + 2000,
  final: true,
});

/** An ended call of three lines with a recording; `changes` overrides parts of its view. */
export function makeStoredCall(
  changes: Partial<StoredCall["view"]> = {},
  { recording = { durationMs: 60_000 } }: Partial<Pick<StoredCall, "recording">> = {},
): StoredCall {
  const { startedAt, callId, callerName, callerNumber, calleeNumber, agentName, teamName } = makeHistoryRow();
  const view = callViewSchema.parse({
    info: {
      ...{ callId, startedAt, callerName, callerNumber, calleeNumber, agentName, teamName },
      gateway: "test",
      simulated: true,
      direction: "inbound",
      agentId: "agent-1",
      teamId: "team-1",
    },
    sequence: 0,
    state: "DISCONNECTED",
    monitoring: "monitored",
    mode: null,
    pendingMode: null,
    modeUnknown: false,
    ringing: false,
    heldBy: [],
    connectedAt: startedAt,
    endedAt: startedAt + 60_000,
    endReason: "caller-hung-up",
    audioStartedAt: AUDIO_STARTED,
    transcription: "full",
    transcriptionDetail: "",
    utterances: [
      line("u1", "caller", "I want my refund.", 1000),
      line("u2", "agent", "Let me look at it.", 5000),
      line("u3", "caller", "Where is the refund?", 9000),
    ],
    sentiment: [],
    topics: [],
    talk: null,
    callerSpeaking: false,
    agentSpeaking: false,
    suggestions: [],
    alerts: [],
    modeChanges: [],
    floor: { holder: null, askedBy: null },
    speakings: [],
    whispersPaused: false,
    helpAskedAt: null,
    notes: [],
    lastError: null,
    ...changes,
  });
  return { view, recording, moodAverage: -0.2, durationMs: 60_000 };
}
