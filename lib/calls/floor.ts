import { actorName } from "@/lib/contract/actor-name";
import type { Actor, SpeakingMode } from "@/lib/contract/call";
import type { UserId } from "@/lib/contract/ids";
import type { Floor } from "@/lib/contract/speaking";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import { FLOOR_KEPT_MS } from "./constants";

type Microphone = { connectionId: string; mode: SpeakingMode };

/** @returns whether both are the same person, on whatever connection. */
export function isSamePerson(one: Actor | null, other: Actor | null): boolean {
  return one?.kind === "user" && other?.kind === "user" && one.userId === other.userId;
}

/** @returns who speaks to whom, as a sentence. */
export function speaksTo({ by, mode }: { by: Actor; mode: SpeakingMode }): string {
  return `${actorName(by)} is speaking to ${mode === "whisper" ? "the agent" : "both the caller and the agent"}.`;
}

/**
 * Who may speak into one call: one person, on one microphone. Whoever asked gets it as soon as the holder's microphone is
 * closed. A floor that nobody speaks from is free after FLOOR_KEPT_MS.
 */
export class CallFloor {
  #holder: Actor | null = null;
  #askedBy: Actor | null = null;
  /** Whose frames it is kept for, also for a while after they ended. */
  #connectionId: string | null = null;
  #microphone: Microphone | null = null;
  #cancelExpiry: () => void = () => {};

  constructor(private readonly deps: { clock: Clock; onChange: (floor: Floor) => void }) {}

  get state(): Floor {
    return { holder: this.#holder, askedBy: this.#askedBy };
  }

  /** @throws AppError CONFLICT: somebody else holds it */
  claim(by: Actor): Floor {
    if (this.#holder && !isSamePerson(this.#holder, by)) throw this.#conflict(this.#holder);
    if (!this.#holder) this.#set({ holder: by, askedBy: null });
    if (!this.#microphone) this.#startExpiry();
    return this.state;
  }

  /** @throws AppError CONFLICT: another one has asked before */
  ask(by: Actor): Floor {
    if (!this.#holder || isSamePerson(this.#holder, by)) return this.claim(by);
    if (!this.#microphone) this.#pass(by);
    else if (!this.#askedBy) this.#set({ holder: this.#holder, askedBy: by });
    else if (!isSamePerson(this.#askedBy, by))
      throw new AppError("CONFLICT", {
        message: "another supervisor has asked for the floor before",
        userMessage: `${speaksTo({ by: this.#holder, mode: this.#microphone.mode })} ${actorName(this.#askedBy)} has asked to speak next.`,
        retryable: true,
      });
    return this.state;
  }

  /** Before a hand-over: closing the microphone passes the floor on. @throws AppError WRONG_STATE (nobody asked), CONFLICT (not the holder) */
  mustBeAsked(by: Actor): void {
    this.mustHold(by);
    if (!this.#askedBy)
      throw new AppError("WRONG_STATE", {
        message: "nobody asked for the floor",
        userMessage: "Nobody has asked to speak on this call.",
      });
  }

  /** To whoever asked, else free. The holder's microphone must be closed before. @throws AppError CONFLICT: not the holder */
  release(by: Actor): Floor {
    if (!this.#holder) return this.state;
    this.mustHold(by);
    this.#pass(this.#askedBy);
    return this.state;
  }

  /** @throws AppError WRONG_STATE (it is free), CONFLICT (somebody else holds it) */
  mustHold(by: Actor): void {
    if (!this.#holder)
      throw new AppError("WRONG_STATE", {
        message: "the floor is free",
        userMessage: "Nobody is speaking on this call.",
      });
    if (!isSamePerson(this.#holder, by)) throw this.#conflict(this.#holder);
  }

  /** Claims it for a microphone. @returns whether it was free. @throws AppError CONFLICT */
  open({ by, microphone }: { by: Actor; microphone: Microphone }): boolean {
    if (this.#microphone && isSamePerson(this.#holder, by))
      throw new AppError("CONFLICT", {
        message: "the same person speaks from another connection",
        userMessage: "You are already speaking on this call, in this or another window. Stop there first.",
        retryable: true,
      });
    const wasFree = this.#holder === null;
    this.claim(by);
    this.#cancelExpiry();
    this.#microphone = microphone;
    this.#connectionId = microphone.connectionId;
    return wasFree;
  }

  /** The holder's microphone is closed: who asked is next, else it is kept for a while. */
  close(): void {
    if (!this.#microphone) return;
    this.#microphone = null;
    if (this.#askedBy) this.#pass(this.#askedBy);
    else this.#startExpiry();
  }

  /** A connection is gone. */
  drop(connectionId: string): void {
    if (this.#connectionId === connectionId) this.#pass(this.#askedBy);
  }

  /** A person is gone: neither holds it nor is next. */
  leave(userId: UserId): void {
    const isTheirs = (actor: Actor | null) => actor?.kind === "user" && actor.userId === userId;
    if (isTheirs(this.#askedBy)) this.#set({ holder: this.#holder, askedBy: null });
    if (isTheirs(this.#holder)) this.#pass(this.#askedBy);
  }

  /** Nobody holds it, and nobody is next. */
  clear(): void {
    this.#askedBy = null;
    this.#pass(null);
  }

  /** Nothing changes any more. */
  dispose(): void {
    this.#cancelExpiry();
  }

  #pass(next: Actor | null): void {
    this.#cancelExpiry();
    this.#microphone = null;
    this.#connectionId = null;
    if (this.#holder !== next) this.#set({ holder: next, askedBy: null });
    if (next) this.#startExpiry();
  }

  #startExpiry(): void {
    this.#cancelExpiry();
    this.#cancelExpiry = this.deps.clock.after(FLOOR_KEPT_MS, () => this.#pass(null));
  }

  #set({ holder, askedBy }: Floor): void {
    this.#holder = holder;
    this.#askedBy = askedBy;
    this.deps.onChange(this.state);
  }

  #conflict(holder: Actor): AppError {
    return new AppError("CONFLICT", {
      message: "somebody else holds the floor",
      userMessage: this.#microphone
        ? speaksTo({ by: holder, mode: this.#microphone.mode })
        : `${actorName(holder)} holds the floor of this call. Ask for it to speak.`,
      retryable: true,
    });
  }
}
