import type { Actor } from "@/lib/contract/call";
import type { WhisperProof } from "@/lib/contract/coaching";
import type { CallId } from "@/lib/contract/ids";

export type WhisperRequest = {
  callId: CallId;
  /** s16le mono, SAMPLE_RATE Hz. */
  samples: Int16Array;
  by: Actor;
  signal: AbortSignal;
  /** The gateway took the first frame in confirmed whisper mode. */
  onSpeaking: () => void;
};

export type WhisperOutcome = {
  outcome: "spoken" | "interrupted" | "failed";
  /** Why not, for people. */
  detail: string | null;
  proof: WhisperProof;
  /** Failed only because a person speaks, or is about to: nothing was sent, and it may be asked for again. */
  isBusy?: boolean;
};

/**
 * Port: speak into the agent's ear. One whisper a call at a time. Whisper mode is asked for and its confirmation awaited
 * before the first sample goes out; afterwards the mode is what it was. Never rejects; on any doubt nothing is sent.
 */
export interface WhisperPort {
  whisper(request: WhisperRequest): Promise<WhisperOutcome>;
}
