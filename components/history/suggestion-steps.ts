import { modeWords } from "@/components/calls/words";
import { actorName } from "@/lib/contract/actor-name";
import type { Suggestion, SuggestionStep, WhisperProof } from "@/lib/contract/coaching";

export type StepLine = {
  key: string;
  at: number;
  text: string;
  /** Why, where it is known. */
  detail: string | null;
  /** The words before and after an edit. */
  change: { from: string; to: string } | null;
};

/** @returns every step of a suggestion in words, in order: what happened, by whom, why, and how its words changed. */
export function stepLines({ steps, rule, suggestionId }: Suggestion): StepLine[] {
  return steps.map((step, index) => {
    const before = steps[index - 1]?.text ?? step.text;
    return {
      key: `${suggestionId}-${index}`,
      at: step.at,
      text: stepText(step, { rule }),
      detail: step.detail,
      change: before === step.text ? null : { from: before, to: step.text },
    };
  });
}

/** Rules of which a person is the author. */
const proposedWords: Partial<Record<string, string>> = { supervisor: "Written", repeat: "Asked for again" };

function stepText({ state, actor }: SuggestionStep, { rule }: { rule: string }): string {
  switch (state) {
    case "proposed":
      return `${proposedWords[rule] ?? "Proposed"} by ${actorName(actor, { place: "middle" })}`;
    case "approved":
      return actor.kind === "user" ? `Approved by ${actor.name}` : "Approved automatically, by the team's policy";
    case "edited":
      return `Edited and approved by ${actorName(actor, { place: "middle" })}`;
    case "rejected":
      return `Rejected by ${actorName(actor, { place: "middle" })}`;
    case "expired":
      return "Expired";
    case "speaking":
      return "Began to be spoken to the agent";
    case "spoken":
      return "Spoken to its end";
    case "interrupted":
      return actor.kind === "user" ? `Interrupted by ${actor.name}` : "Interrupted";
    case "failed":
      return "Could not be spoken";
  }
}

/** @returns the modes the telephone system confirmed around a whisper, and how much of it was heard. */
export function proofFacts({ modeBefore, modeDuring, modeAfter, playedMs }: WhisperProof): string {
  const word = (mode: WhisperProof["modeBefore"]) => (mode === null ? "not confirmed" : modeWords[mode].label);
  const played = `${(playedMs / 1000).toFixed(1)} s played`;
  return `mode before ${word(modeBefore)}, during ${word(modeDuring)}, after ${word(modeAfter)} · ${played}`;
}
