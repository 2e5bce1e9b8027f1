import { modeWords } from "@/components/calls/words";
import type { Suggestion, WhisperProof } from "@/lib/contract/coaching";

export type ProofWords = { tone: "good" | "bad"; text: string };

/** @returns what is proven of a whisper's privacy from the `other` party. Anything short of a confirmation is in doubt. */
export function proofWords(proof: WhisperProof, { other = "caller" }: { other?: string } = {}): ProofWords {
  if (proof.callerClear === false) return { tone: "bad", text: `the ${other} may have heard it` };
  if (proof.callerClear === null) return { tone: "bad", text: `not confirmed that the ${other} heard none` };
  if (proof.modeAfter !== proof.modeBefore) {
    const after = proof.modeAfter === null ? "not known" : modeWords[proof.modeAfter].label;
    return { tone: "bad", text: `${other} heard none: confirmed, but the mode after it is ${after}` };
  }
  return { tone: "good", text: `${other} heard none: confirmed` };
}

const outcomes: Record<Suggestion["state"], string> = {
  proposed: "Open",
  approved: "Approved",
  edited: "Approved, edited",
  rejected: "Rejected",
  expired: "Expired",
  speaking: "Speaking",
  spoken: "Spoken",
  interrupted: "Interrupted",
  failed: "Failed",
};

/** @returns the outcome in a word or two; a spoken one tells whether its words were changed. */
export function outcomeWord(suggestion: Suggestion): string {
  if (suggestion.state === "spoken" && suggestion.text !== suggestion.originalText) return "Spoken, edited";
  return outcomes[suggestion.state];
}

/** @returns who decided and why, where known: "by Dana Fox: not the right moment". */
export function outcomeDetail(suggestion: Suggestion): string | null {
  const last = suggestion.steps.at(-1);
  const decision = suggestion.steps.find((step) => ["approved", "edited", "rejected"].includes(step.state));
  const by = decision?.actor.kind === "user" ? `by ${decision.actor.name}` : decision ? "automatically" : null;
  return [by, last?.detail].filter(Boolean).join(": ") || null;
}
