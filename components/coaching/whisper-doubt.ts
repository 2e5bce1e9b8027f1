import { modeWords } from "@/components/calls/words";
import type { Suggestion, WhisperProof } from "@/lib/contract/coaching";

/** So long after its end a whisper in doubt is told as a notice; afterwards it stands in the timeline, ms. */
export const DOUBT_SHOWN_MS = 60_000;

/** @returns when a whisper ended, epoch ms; null for one that has not, or that nobody let be spoken. */
function endedAt({ state, steps }: Suggestion): number | null {
  return ["spoken", "interrupted", "failed"].includes(state) ? (steps.at(-1)?.at ?? null) : null;
}

/** @returns whether a whisper failed, or may have been heard by the caller. One stopped before any audio is in no doubt. */
function isInDoubt({ state, proof }: Suggestion): boolean {
  if (state === "failed") return true;
  if (state === "interrupted" && (proof === null || proof.playedMs === 0)) return proof?.callerClear === false;
  return proof?.callerClear !== true;
}

/** @returns whispers in doubt that ended within DOUBT_SHOWN_MS before `nowMs` (server epoch), the newest first. */
export function recentDoubts(suggestions: Suggestion[], nowMs: number): Suggestion[] {
  return suggestions
    .flatMap((suggestion) => {
      const at = endedAt(suggestion);
      const isRecent = at !== null && nowMs - at < DOUBT_SHOWN_MS;
      return isRecent && isInDoubt(suggestion) ? [{ suggestion, at }] : [];
    })
    .sort((a, b) => b.at - a.at)
    .map(({ suggestion }) => suggestion);
}

/** @returns why a whisper is in doubt, and what was done: how much went out, whether `other` may have heard it, the mode since. */
export function doubtWords(
  suggestion: Suggestion,
  { other = "caller" }: { other?: string } = {},
): { reason: string | null; done: string } {
  const detail = suggestion.steps.at(-1)?.detail?.trim();
  const done = [playedWords(suggestion), callerWords(suggestion, other), modeAfterWords(suggestion.proof)];
  return { reason: detail ? detail.replace(/[.!?]?$/, ".") : null, done: done.filter(Boolean).join(" ") };
}

function hasBegun({ steps }: Suggestion): boolean {
  return steps.some((step) => step.state === "speaking");
}

function playedWords(suggestion: Suggestion): string {
  const { proof, clip } = suggestion;
  if (proof === null && clip === null) return "There was no audio to send.";
  if (proof === null)
    return hasBegun(suggestion)
      ? "How much of it was played is not known."
      : "None of it is known to have been played.";
  if (proof.playedMs > 0) return `${(proof.playedMs / 1000).toFixed(1)} s of it were played.`;
  // Audio had begun to flow, and where it was lost on the way the figure is only an estimate.
  return hasBegun(suggestion)
    ? "It was stopped as it began; none of it is known to have been played."
    : "No audio went out.";
}

function callerWords(suggestion: Suggestion, other: string): string | null {
  const { proof } = suggestion;
  if (proof?.callerClear === true) return `The ${other} heard none of it: confirmed.`;
  if (proof?.callerClear === false) return `The ${other} may have heard it.`;
  const mayBeHeard = (proof !== null && proof.playedMs > 0) || hasBegun(suggestion);
  return mayBeHeard ? `It is not confirmed that the ${other} heard none of it.` : null;
}

function modeAfterWords(proof: WhisperProof | null): string | null {
  if (proof === null) return null;
  if (proof.modeAfter === null) return "Which mode the call was in afterwards is not known.";
  return `Confirmed afterwards: ${modeWords[proof.modeAfter].label}.`;
}
