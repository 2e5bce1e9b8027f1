import type { UtteranceId } from "@/lib/contract/ids";
import type { Utterance } from "@/lib/contract/transcript";

/** A line stays marked through a pause of this length after it, milliseconds: a breath is not a change of line. */
const HOLD_MS = 700;

/**
 * The line being spoken at a place of the recording. Where both speak, the one who began last; position 0 of the recording is
 * position 0 of the call's audio clock. @param atMs place in the recording @returns null in a pause
 */
export function lineAt(utterances: Utterance[], atMs: number): UtteranceId | null {
  let spoken: Utterance | null = null;
  for (const utterance of utterances) {
    if (utterance.startMs > atMs || atMs >= utterance.endMs + HOLD_MS) continue;
    if (spoken === null || isNearer({ utterance, than: spoken, atMs })) spoken = utterance;
  }
  return spoken?.utteranceId ?? null;
}

/** One that is going on comes before one that is held; among equals the later start. */
function isNearer({ utterance, than, atMs }: { utterance: Utterance; than: Utterance; atMs: number }): boolean {
  const goesOn = atMs < utterance.endMs;
  const thanGoesOn = atMs < than.endMs;
  return goesOn === thanGoesOn ? utterance.startMs >= than.startMs : goesOn;
}

/** @returns where a moment (epoch milliseconds) lies in the recording; null where the call had no audio, or not yet. */
export function positionOf({ at, audioStartedAt }: { at: number; audioStartedAt: number | null }): number | null {
  if (audioStartedAt === null || at < audioStartedAt) return null;
  return at - audioStartedAt;
}

/** @returns the place inside the recording, milliseconds. */
export function clampPosition({ atMs, durationMs }: { atMs: number; durationMs: number }): number {
  return Math.min(Math.max(0, atMs), durationMs);
}
