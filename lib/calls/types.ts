import type { AudioFrame } from "@/lib/contract/audio-frame";
import type { Actor, CallInfo, CallState, Mode, Monitoring } from "@/lib/contract/call";
import type { WhisperProof } from "@/lib/contract/coaching";
import type { AgentId, CallId, TeamId } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { Gateway } from "@/lib/telephony/gateway";

export type AgentOfCall = { agentId: AgentId; agentName: string; teamId: TeamId | null; teamName: string | null };

/** Port: whose extension was called. */
interface AgentDirectory {
  /** @returns null where the extension is nobody's. */
  byExtension(calleeNumber: string): Promise<AgentOfCall | null>;
}

/** Port: speech for the caller, s16le mono at SAMPLE_RATE Hz. */
export interface ClipSource {
  clipFor(text: string): Promise<{ samples: Int16Array; durationMs: number }>;
}

/** Port: what a team wants. */
interface TeamPolicies {
  forTeam(teamId: TeamId): Promise<{ whisperTone: boolean }>;
}

type CallsSettings = {
  greetingText: string;
  apologyText: string;
  ringTimeMs: number;
  /** How often the agent is rung before the apology, at least 1. */
  connectAttempts: number;
};

export type CallsDeps = {
  gateways: readonly Gateway[];
  bus: EventBus;
  clock: Clock;
  logger: Logger;
  agents: AgentDirectory;
  clips: ClipSource;
  policies: TeamPolicies;
  settings: CallsSettings;
  /** Every 20 ms of every party, in the gateway's own tick: must return at once. */
  onAudio: (callId: CallId, frame: AudioFrame) => void;
};

/** A call as other rooms may see it: the truth at this moment. */
export type LiveCall = {
  callId: CallId;
  info: CallInfo;
  state: CallState;
  /** Confirmed; null: none, or not known. */
  mode: Mode | null;
  monitoring: Monitoring;
  /** A clip is being spoken into the agent's ear. */
  whispering: boolean;
  /** A supervisor whose microphone is open. */
  speaker: Actor | null;
};

/** Same shape as coaching's whisper port, which stands above this room; the container hands `whisper` up. */
export type CallWhisperRequest = {
  callId: CallId;
  samples: Int16Array;
  by: Actor;
  signal: AbortSignal;
  onSpeaking: () => void;
};
export type CallWhisperOutcome = {
  outcome: "spoken" | "interrupted" | "failed";
  detail: string | null;
  proof: WhisperProof;
  /** Nothing was wrong: a person is speaking, and it may be tried again. */
  isBusy?: boolean;
};
