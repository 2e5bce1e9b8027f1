import type { Actor } from "@/lib/contract/call";
import { type ClipRef, isFinal, isOpen, type Suggestion } from "@/lib/contract/coaching";
import type { CallId, SuggestionId } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import { type Step, takeStep } from "./state";
import type { PlayableClip } from "./types";

/** A suggestion and what only the engine needs to know of it. */
export type Entry = {
  suggestion: Suggestion;
  /** The audio behind `suggestion.clip`: what is heard beforehand is what is played. */
  clip: PlayableClip | null;
  making: Promise<PlayableClip> | null;
  /** Null for a supervisor's own words. */
  origin: { advisor: string; cause: string } | null;
  /** Final utterances there had been when the evidence was said. */
  anchor: number;
  /** Whose approval is under way (waiting for a clip). */
  deciding: Actor | null;
  cancelExpiry: () => void;
  cancelClaim: () => void;
};

type Patch = Partial<
  Pick<
    Suggestion,
    | "stale"
    | "clip"
    | "clipError"
    | "claimedBy"
    | "waitingForPause"
    | "waitingFor"
    | "proof"
    | "agentResponse"
    | "agentResponseBy"
  >
>;

const nothing = () => undefined;

/** The suggestions of one call; every change goes out on the bus, whole. */
export class SuggestionBook {
  readonly #entries = new Map<SuggestionId, Entry>();

  constructor(private readonly deps: { bus: EventBus; clock: Clock; callId: CallId }) {}

  get entries(): Entry[] {
    return [...this.#entries.values()];
  }

  get open(): Entry[] {
    return this.entries.filter((entry) => isOpen(entry.suggestion.state));
  }

  /** @returns whether these words wait for a decision already. */
  isOpen(text: string): boolean {
    const words = text.trim().toLowerCase();
    return this.open.some((entry) => entry.suggestion.text.toLowerCase() === words);
  }

  /** Suggestions with something still to come. */
  get unfinished(): number {
    return this.entries.filter((entry) => !isFinal(entry.suggestion.state)).length;
  }

  add(made: Pick<Entry, "suggestion" | "clip" | "origin" | "anchor">): Entry {
    const entry: Entry = { ...made, making: null, deciding: null, cancelExpiry: nothing, cancelClaim: nothing };
    this.#entries.set(entry.suggestion.suggestionId, entry);
    this.deps.bus.publish({ type: "suggestion.proposed", callId: this.deps.callId, suggestion: entry.suggestion });
    return entry;
  }

  /** @throws AppError NOT_FOUND */
  get(suggestionId: SuggestionId): Entry {
    const entry = this.#entries.get(suggestionId);
    if (entry) return entry;
    throw new AppError("NOT_FOUND", {
      message: "no such suggestion on this call",
      userMessage: "This suggestion does not exist (any more).",
    });
  }

  /** @throws AppError WRONG_STATE */
  step(entry: Entry, step: Omit<Step, "at"> & { patch?: Patch }): void {
    const { patch, ...taken } = step;
    const next = takeStep({ suggestion: entry.suggestion, step: { ...taken, at: this.deps.clock.now() } });
    entry.cancelExpiry();
    entry.cancelClaim();
    this.#change(entry, { ...next, ...patch });
  }

  patch(entry: Entry, patch: Patch): void {
    this.#change(entry, { ...entry.suggestion, ...patch });
  }

  /** Timers off; nothing is published any more by them. */
  close(): void {
    for (const entry of this.entries) {
      entry.cancelExpiry();
      entry.cancelClaim();
    }
  }

  #change(entry: Entry, suggestion: Suggestion): void {
    entry.suggestion = suggestion;
    this.deps.bus.publish({ type: "suggestion.changed", callId: this.deps.callId, suggestion });
  }
}

export function clipRefOf(clip: PlayableClip): ClipRef {
  return { hash: clip.hash, durationMs: Math.round(clip.durationMs) };
}
