import { type Suggestion, suggestionSchema } from "@/lib/contract/coaching";

/** A suggestion as the contract wants it, proposed a moment ago; `changes` overrides. */
export function makeSuggestion(changes: Partial<Suggestion> = {}): Suggestion {
  return suggestionSchema.parse({
    suggestionId: "s1",
    callId: "call-1",
    rule: "cancel-intent",
    ruleLabel: "Wants to cancel",
    urgency: "urgent",
    state: "proposed",
    text: "Ask why they want to leave.",
    originalText: "Ask why they want to leave.",
    reason: "The customer speaks of cancelling.",
    evidence: [],
    proposedAt: 1000,
    expiresAt: 31_000,
    stale: false,
    clip: null,
    clipError: null,
    claimedBy: null,
    waitingForPause: false,
    proof: null,
    steps: [
      { state: "proposed", at: 1000, actor: { kind: "system" }, text: "Ask why they want to leave.", detail: null },
    ],
    ...changes,
  });
}
