import type { Evidence } from "@/lib/contract/coaching";
import type { Utterance } from "@/lib/contract/transcript";
import type { CallPicture } from "../advisor";
import type { Speaker } from "../schema";

/** One thing a rule has found. The same happening has the same `cause` however often the rule is asked. */
export type Finding = { cause: string; evidence: Evidence[]; reason: string };

/** A rule made ready: pure, from the picture of a call to all that holds now. */
export type Check = (picture: CallPicture) => Finding[];

const MAX_QUOTE = 300;

export function evidenceOf(utterance: Utterance): Evidence {
  const { utteranceId, text, startMs } = utterance;
  const quote = text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE - 1)}…` : text;
  return { utteranceId, quote, atMs: startMs };
}

export function isSaidBy({ utterance, speaker }: { utterance: Utterance; speaker: Speaker }): boolean {
  return speaker === "either" || utterance.party === speaker;
}

/** @returns the utterances that ended within the last `withinMs` of the call, oldest first. */
export function recent({ picture, withinMs }: { picture: CallPicture; withinMs: number }): Utterance[] {
  return picture.utterances.filter((utterance) => utterance.endMs >= picture.elapsedMs - withinMs);
}

export function utteranceById({ picture, id }: { picture: CallPicture; id: string }): Utterance | undefined {
  return picture.utterances.findLast((utterance) => utterance.utteranceId === id);
}

/** Whole seconds for people. */
export function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
