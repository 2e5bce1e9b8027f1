import type { AgentResponse, WhisperWait } from "@/lib/contract/coaching";

/** What an approved whisper waits for. */
export const waitWords: Record<WhisperWait, string> = {
  "agent-paused": "Waiting: the agent has paused whispers",
  speaker: "Waiting: a supervisor is speaking",
  hold: "Waiting: the agent’s phone is on hold",
  gap: "Waiting for a pause",
};

/** What the agent said to a whisper, at their desk. */
export const responseWords: Record<AgentResponse, string> = {
  heard: "Agent: heard",
  "not-now": "Agent: not now",
  repeat: "Agent asked to hear it again",
};
