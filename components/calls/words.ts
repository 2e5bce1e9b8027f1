import type { CallState, Direction, EndReason, Mode } from "@/lib/contract/call";
import type { Trend } from "@/lib/contract/sentiment";

/** Each mode's word, who hears us in it, and its colour's name. */
export const modeWords: Record<Mode, { label: string; heard: string }> = {
  spy: { label: "Spy", heard: "nobody hears you" },
  whisper: { label: "Whisper", heard: "only the agent hears you" },
  barge: { label: "Barge", heard: "both parties hear you" },
};

export const trendWords: Record<Trend, { arrow: string; label: string }> = {
  falling: { arrow: "↘", label: "falling" },
  steady: { arrow: "→", label: "steady" },
  rising: { arrow: "↗", label: "rising" },
};

/** `noun` in a sentence, `speaker` before what was said. */
export type PartyNames = { noun: string; speaker: string };

/** The party "caller": on an outbound call it did not call, on an internal one it is no customer. */
export const otherParty: Record<Direction, PartyNames> = {
  inbound: { noun: "caller", speaker: "Customer" },
  outbound: { noun: "customer", speaker: "Customer" },
  internal: { noun: "caller", speaker: "Caller" },
};

const endWords: Record<Exclude<EndReason, "caller-hung-up">, string> = {
  "agent-hung-up": "the agent hung up",
  "ended-by-supervisor": "a supervisor ended it",
  transferred: "it was transferred",
  unanswered: "nobody answered",
  "answer-failed": "it could not be answered",
  "gateway-ended": "the telephone system ended it",
  "gateway-lost": "the telephone system was lost",
  error: "an error",
};

/** @returns how a call ended, in words that follow "ended:". */
export function endWord(reason: EndReason, { direction }: { direction: Direction }): string {
  return reason === "caller-hung-up" ? `the ${otherParty[direction].noun} hung up` : endWords[reason];
}

/** @returns the state in a word, ringing told apart from answered. */
export function stateWord({ state, ringing }: { state: CallState; ringing: boolean }): string {
  switch (state) {
    case "PENDING":
      return "Incoming";
    case "ANSWERED":
      return ringing ? "Ringing" : "Greeting";
    case "CONNECTED":
      return "Connected";
    case "DISCONNECTED":
      return "Ended";
  }
}

/** Sentiment in three bands; ±0.2 is where the word changes, so that noise around 0 stays neutral. */
export type MoodBand = "negative" | "neutral" | "positive";

const NEUTRAL_BAND = 0.2;

export function moodBand(score: number): MoodBand {
  if (score <= -NEUTRAL_BAND) return "negative";
  return score >= NEUTRAL_BAND ? "positive" : "neutral";
}

export const moodText: Record<MoodBand, string> = {
  negative: "text-negative",
  neutral: "text-neutral",
  positive: "text-positive",
};
