import { actorName } from "@/lib/contract/actor-name";
import type { Actor } from "@/lib/contract/call";
import type { Suggestion } from "@/lib/contract/coaching";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import type { ClipMaker } from "./clip-maker";
import type { CoachingSettings } from "./constants";
import type { DeliveryQueue } from "./delivery-queue";
import { assertMay } from "./state";
import { clipRefOf, type Entry, type SuggestionBook } from "./suggestion-book";
import type { PlayableClip } from "./types";

type Deps = {
  book: SuggestionBook;
  clips: ClipMaker;
  queue: DeliveryQueue;
  clock: Clock;
  settings: CoachingSettings;
  /** Why nothing can be spoken on this call now, for people; null: it can. */
  obstacle: () => string | null;
};
type Approval = { entry: Entry; by: Actor; text?: string | undefined; force: boolean };

const MAX_TEXT = 500;

/** Where a suggestion is decided: by one person at a time, in time, and only together with the audio that will be played. */
export class DecisionDesk {
  constructor(private readonly deps: Deps) {}

  /** Starts the countdown of a proposed suggestion. */
  watch(entry: Entry): void {
    const delay = Math.max(0, entry.suggestion.expiresAt - this.deps.clock.now());
    entry.cancelExpiry = this.deps.clock.after(delay, () => this.#expire(entry));
  }

  claim({ entry, by, claimed }: { entry: Entry; by: Actor; claimed: boolean }): void {
    this.#assertDecidable({ entry, by, to: "approved" });
    entry.cancelClaim();
    const { book, clock, settings } = this.deps;
    if (claimed) entry.cancelClaim = clock.after(settings.claimMs, () => book.patch(entry, { claimedBy: null }));
    if (claimed || entry.suggestion.claimedBy) book.patch(entry, { claimedBy: claimed ? by : null });
  }

  /**
   * Without new words and with its clip at hand nothing is awaited before the delivery begins.
   * @returns the suggestion as it was decided. @throws AppError WRONG_STATE, CONFLICT, INVALID, UNAVAILABLE
   */
  async approve({ entry, by, text, force }: Approval): Promise<Suggestion> {
    const { book, queue, clips, clock } = this.deps;
    const words = text === undefined ? entry.suggestion.text : wordsOf(text);
    const state = words === entry.suggestion.text ? "approved" : "edited";
    this.#assertDecidable({ entry, by, to: state });
    const decide = (clip: PlayableClip) => {
      book.step(entry, { state, actor: by, text: words, patch: { clip: clipRefOf(clip), clipError: null } });
      entry.clip = clip;
      queue.add({ entry, by, force });
      return entry.suggestion;
    };
    if (state === "approved" && entry.clip) return decide(entry.clip);
    entry.deciding = by;
    try {
      const clip = await (state === "edited" ? clips.make(words) : (entry.making ?? clips.prepare({ entry, book })));
      this.assertPossible();
      return decide(clip);
    } finally {
      entry.deciding = null;
      if (clock.now() >= entry.suggestion.expiresAt) this.#expire(entry);
    }
  }

  /** By policy, without a person: decided at once; its delivery waits for the clip. */
  approveAutomatically(entry: Entry): void {
    const by: Actor = { kind: "system" };
    this.deps.book.step(entry, { state: "approved", actor: by });
    this.deps.queue.add({ entry, by, force: false });
  }

  reject({ entry, by, reason }: { entry: Entry; by: Actor; reason?: string | undefined }): void {
    this.#assertDecidable({ entry, by, to: "rejected" });
    this.deps.book.step(entry, { state: "rejected", actor: by, detail: reason?.trim() ?? null });
  }

  /** The call is gone: nothing is open any more. */
  expireAll(detail: string): void {
    for (const entry of this.deps.book.open)
      this.deps.book.step(entry, { state: "expired", actor: { kind: "system" }, detail });
  }

  #expire(entry: Entry): void {
    // An approval that was given in time stands, however long its clip takes.
    if (entry.suggestion.state !== "proposed" || entry.deciding) return;
    this.deps.book.step(entry, { state: "expired", actor: { kind: "system" }, detail: "Nobody decided in time." });
  }

  /** @throws AppError WRONG_STATE where nothing can be spoken now. */
  assertPossible(): void {
    const obstacle = this.deps.obstacle();
    if (obstacle) throw new AppError("WRONG_STATE", { message: "call cannot be coached now", userMessage: obstacle });
  }

  #assertDecidable({ entry, by, to }: { entry: Entry; by: Actor; to: "approved" | "edited" | "rejected" }): void {
    // A timer may be late; the countdown people see is not.
    if (this.deps.clock.now() >= entry.suggestion.expiresAt) this.#expire(entry);
    assertMay({ suggestion: entry.suggestion, to });
    this.assertPossible();
    const { claimedBy } = entry.suggestion;
    if (claimedBy && !isSameActor(claimedBy, by)) throw takenBy(claimedBy, "is handling");
    if (entry.deciding) throw takenBy(entry.deciding, "is approving");
  }
}

/** @throws AppError INVALID */
export function wordsOf(text: string): string {
  const words = text.trim();
  if (words.length > 0 && words.length <= MAX_TEXT) return words;
  const message = `The words must have between 1 and ${MAX_TEXT} characters.`;
  throw new AppError("INVALID", { message, field: "text" });
}

function takenBy(actor: Actor, does: string): AppError {
  return new AppError("CONFLICT", {
    message: "suggestion is claimed by another",
    userMessage: `${actorName(actor)} ${does} this suggestion.`,
    retryable: true,
  });
}

function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === "user" && other.kind === "user" ? one.userId === other.userId : one.kind === other.kind;
}
