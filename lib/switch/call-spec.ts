import type { EndReason, Party } from "@/lib/contract/call";
import type { WireCall } from "@/lib/contract/call-control";
import type { CallId } from "@/lib/contract/ids";
import type { LegFrame } from "./conversation";
import type { PartySource } from "./parties/party";

/** A call to be placed. */
export type CallSpec = {
  caller: PartySource;
  callee: PartySource;
  callerNumber: string;
  callerName?: string | null;
  calleeNumber: string;
  calleeName?: string | null;
  /** Default: a fresh one. */
  callId?: string;
  /** Asked instead of `ringMs` and `answers`. */
  ringer?: Ringer;
  /** How long the callee's phone rings before it is picked up. Default 2000. */
  ringMs?: number;
  /** Whether the callee picks up; a function is asked for each attempt, from 1. Default true. */
  answers?: boolean | ((attempt: number) => boolean);
  /** False: our `answer` fails. Default true. */
  answerable?: boolean;
  /** The caller hangs up when not connected to anybody for so long. Default 120 s. */
  patienceMs?: number;
  /** False where real people talk. Default true: the voices are synthetic or replayed. */
  simulated?: boolean;
  /** Where the call comes from, for the legs' description: a scenario's or a recording's name. */
  origin?: string;
  /** Facts for the legs' description once the call is over, e.g. which branches the agent took. */
  outcomes?: () => Record<string, unknown>;
};

/** Why a phone that rang, or could not, was not picked up. */
export type RingFailure = "declined" | "busy";

/** A callee who decides about picking up, e.g. a person's phone. */
export type Ringer = {
  /**
   * Rings until one of the outcomes was told (at most one counts) or the returned function is called, because nobody picked up
   * in time or the call is over.
   */
  ring(outcome: { pickedUp: () => void; failed: (why: RingFailure) => void }): (why: "timeout" | "ended") => void;
};

/** What a phone in the call wants to know of it. */
export type CallChange =
  | { type: "ringing" }
  | { type: "not-picked-up"; why: RingFailure | "timeout" }
  | { type: "connected" }
  | { type: "hold"; party: Party; isHeld: boolean };

export type CallEnd = { reason: EndReason; frames: number };

/** A call as the one who placed it sees it. */
export type PlacedCall = {
  readonly callId: CallId;
  readonly wire: WireCall;
  /** Calls the listener with each frame of the legs; the arrays are reused. @returns a function that ends it. */
  tap(listener: (frame: LegFrame) => void): () => void;
  /** One of the two puts the phone down. */
  hangUp(party: Party): void;
  /** Resolves when caller and callee no longer talk, also after we have left. */
  readonly ended: Promise<CallEnd>;
};

/** A call as the phone of somebody in it sees it. */
export type AttendedCall = PlacedCall & {
  /** One of the two puts the call on hold, or takes it back. @returns false where the two are not connected. */
  hold(party: Party, isHeld: boolean): boolean;
  /** Calls the listener with every change; it is dropped when the call is over. */
  watch(listener: (change: CallChange) => void): void;
};
