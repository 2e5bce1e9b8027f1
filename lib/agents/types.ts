import type { WhisperPolicy } from "@/lib/contract/coaching";
import type { AgentId, TeamId } from "@/lib/contract/ids";

export type AgentOfCall = { agentId: AgentId; agentName: string; teamId: TeamId | null; teamName: string | null };

/** What a team wants of coaching. `expiryMs`: how long a suggestion waits for a decision. */
export type TeamPolicy = {
  whisperPolicy: WhisperPolicy;
  expiryMs: number;
  maxPerMinute: number;
  /** A soft tone in the agent's ear before a whisper begins. */
  whisperTone: boolean;
  /** Agents see at their desk who hears the call. */
  tellAgents: boolean;
};

export type TeamRow = {
  teamId: TeamId;
  name: string;
  whisperPolicy: WhisperPolicy;
  suggestionExpirySeconds: number;
  maxSuggestionsPerMinute: number;
  agentSentiment: boolean;
  whisperTone: boolean;
  tellAgents: boolean;
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

/** Whose desk it is. */
export type DeskAgent = { name: string; extension: string };
