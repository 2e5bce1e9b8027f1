import type { WhisperPolicy } from "@/lib/contract/coaching";
import type { AgentId, TeamId } from "@/lib/contract/ids";

export type AgentOfCall = { agentId: AgentId; agentName: string; teamId: TeamId | null; teamName: string | null };

/** What a team wants of coaching. `expiryMs`: how long a suggestion waits for a decision. */
export type TeamPolicy = { whisperPolicy: WhisperPolicy; expiryMs: number; maxPerMinute: number };

export type TeamRow = {
  teamId: TeamId;
  name: string;
  whisperPolicy: WhisperPolicy;
  suggestionExpirySeconds: number;
  maxSuggestionsPerMinute: number;
  agentSentiment: boolean;
  agents: number;
  members: number;
};

export type AgentRow = {
  agentId: AgentId;
  name: string;
  extension: string;
  teamId: TeamId | null;
  teamName: string | null;
  active: boolean;
};
