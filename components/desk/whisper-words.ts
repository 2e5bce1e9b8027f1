import type { AgentResponse, SuggestionState } from "@/lib/contract/coaching";
import type { DeskView } from "@/lib/contract/desk";

export type DeskWhisper = DeskView["whispers"][number];

const states: Record<SuggestionState, string> = {
  approved: "comes in a moment",
  edited: "comes in a moment",
  speaking: "being spoken to you now",
  spoken: "spoken to you",
  interrupted: "not spoken to the end",
  failed: "not spoken",
  // These never reach a desk.
  proposed: "",
  rejected: "",
  expired: "",
};

const responses: Record<AgentResponse, string> = {
  heard: "you heard it",
  "not-now": "you said: not now",
  repeat: "you asked to hear it again",
};

/** @returns how it stands with a whisper, in words. */
export function whisperWords({ state, response }: Pick<DeskWhisper, "state" | "response">, isPaused: boolean): string {
  const waits = state === "approved" || state === "edited";
  const now = waits && isPaused ? "waits: whispers are paused" : states[state];
  return response === null ? now : `${now}, ${responses[response]}`;
}

/** Which answers make sense now: what waits can be put off, what is being spoken stopped, what was spoken heard again. */
export function answersTo({ state, response }: Pick<DeskWhisper, "state" | "response">): AgentResponse[] {
  const heard: AgentResponse[] = response === "heard" || response === "repeat" ? [] : ["heard"];
  if (state === "approved" || state === "edited" || state === "speaking")
    return response === "not-now" ? heard : [...heard, "not-now"];
  return state === "spoken" ? [...heard, "repeat"] : heard;
}
