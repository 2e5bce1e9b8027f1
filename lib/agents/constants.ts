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

/** What agents notice of being supervised, by their team's policy. */
export const NOTICE_TEXTS = {
  whisperTone: {
    label: "Tone before a whisper",
    explanation: "A soft tone in the agent's ear says that a whisper begins. The other party never hears it.",
  },
  tellAgents: {
    label: "Tell agents who listens",
    explanation:
      "Agents see at their desk who hears the call. Switch it off only where the law and your agreements allow it.",
  },
} as const;
