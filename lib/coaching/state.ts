import type { Actor } from "@/lib/contract/call";
import { isFinal, type Suggestion, type SuggestionState } from "@/lib/contract/coaching";
import type { CallId, SuggestionId } from "@/lib/contract/ids";
import { AppError } from "@/lib/platform/errors";
import type { Advice } from "./advisor";

const afterApproval = ["speaking", "failed", "interrupted"] as const;

/** Which step may follow which. A delivery may fail or be interrupted before its first sample. */
const steps: Record<SuggestionState, readonly SuggestionState[]> = {
  proposed: ["approved", "edited", "rejected", "expired"],
  approved: afterApproval,
  edited: afterApproval,
  speaking: ["spoken", "interrupted", "failed"],
  rejected: [],
  expired: [],
  spoken: [],
  interrupted: [],
  failed: [],
};

export type Step = {
  state: SuggestionState;
  /** Milliseconds since the epoch. */
  at: number;
  actor: Actor;
  /** New words; only `edited` takes them. */
  text?: string | undefined;
  /** Why, for rejected, failed, interrupted and expired. */
  detail?: string | null | undefined;
};

const words: Record<SuggestionState, string> = {
  proposed: "is still open",
  approved: "was already approved",
  edited: "was already approved with other words",
  rejected: "was already rejected",
  expired: "has expired",
  speaking: "is being spoken",
  spoken: "was already spoken",
  interrupted: "was interrupted",
  failed: "could not be spoken",
};

/** @returns what became of a suggestion, in words for people, with the name of who decided. */
export function describeState(suggestion: Suggestion): string {
  const last = suggestion.steps.at(-1);
  const by = last?.actor.kind === "user" ? ` by ${last.actor.name}` : "";
  return `This suggestion ${words[suggestion.state]}${by}.`;
}

/** @throws AppError WRONG_STATE where the step is not allowed, with the reason in plain words. */
export function assertMay({ suggestion, to }: { suggestion: Suggestion; to: SuggestionState }): void {
  if (steps[suggestion.state].includes(to)) return;
  throw new AppError("WRONG_STATE", {
    message: `suggestion may not go from ${suggestion.state} to ${to}`,
    userMessage: describeState(suggestion),
  });
}

/**
 * One step of the suggestion state machine, pure: the given suggestion stays as it was.
 * Every step ends a claim and the wait for a pause; only `edited` changes the words.
 * @throws AppError WRONG_STATE, INVALID (`edited` without words)
 */
export function takeStep({ suggestion, step }: { suggestion: Suggestion; step: Step }): Suggestion {
  assertMay({ suggestion, to: step.state });
  if (step.state === "edited" && !step.text)
    throw new AppError("INVALID", { message: "an edited suggestion needs its new words", field: "text" });
  const text = step.state === "edited" && step.text ? step.text : suggestion.text;
  const detail = step.detail ? step.detail.slice(0, 300) : null;
  return {
    ...suggestion,
    state: step.state,
    text,
    claimedBy: null,
    waitingForPause: false,
    waitingFor: null,
    stale: isFinal(step.state) ? false : suggestion.stale,
    steps: [...suggestion.steps, { state: step.state, at: step.at, actor: step.actor, text, detail }],
  };
}

export type Proposal = {
  suggestionId: SuggestionId;
  callId: CallId;
  words: Omit<Advice, "cause">;
  /** Milliseconds since the epoch. */
  at: number;
  expiryMs: number;
  by: Actor;
};

/** @returns a suggestion in its first state. */
export function newSuggestion({ suggestionId, callId, words, at, expiryMs, by }: Proposal): Suggestion {
  const { rule, ruleLabel, urgency, text, reason, evidence } = words;
  return {
    suggestionId,
    callId,
    rule,
    ruleLabel,
    urgency,
    state: "proposed",
    text,
    originalText: text,
    reason,
    evidence,
    proposedAt: at,
    expiresAt: at + expiryMs,
    stale: false,
    clip: null,
    clipError: null,
    claimedBy: null,
    waitingForPause: false,
    waitingFor: null,
    proof: null,
    agentResponse: null,
    agentResponseBy: null,
    steps: [{ state: "proposed", at, actor: by, text, detail: null }],
  };
}
