import type { WhisperPolicy } from "@/lib/contract/coaching";

export const DEFAULT_POLICY = {
  whisperPolicy: "approve",
  suggestionExpirySeconds: 20,
  maxSuggestionsPerMinute: 4,
  whisperTone: false,
  tellAgents: true,
} as const;

export const EXPIRY_SECONDS = { min: 5, max: 300 } as const;
export const PER_MINUTE = { min: 1, max: 30 } as const;

export const POLICY_TEXTS: Record<WhisperPolicy, { label: string; explanation: string }> = {
  approve: {
    label: "Approve",
    explanation: "A supervisor hears and approves each suggestion before it is spoken. Undecided ones expire.",
  },
  automatic: {
    label: "Automatic",
    explanation: "Every suggestion is spoken in the agent's ear at once. No person checks it first.",
  },
  off: { label: "Off", explanation: "No suggestions are made. Supervisors can still whisper in their own words." },
};
