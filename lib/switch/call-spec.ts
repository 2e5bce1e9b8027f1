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
  /** How long the callee's phone rings before it is picked up. Default 2000. */
  ringMs?: number;
  /** Whether the callee picks up; a function is asked for each attempt, from 1. Default true. */
  answers?: boolean | ((attempt: number) => boolean);
  /** False: our `answer` fails. Default true. */
  answerable?: boolean;
  /** The caller hangs up when not connected to anybody for so long. Default 120 s. */
  patienceMs?: number;
  /** Where the call comes from, for the legs' description: a scenario's or a recording's name. */
  origin?: string;
  /** Facts for the legs' description once the call is over, e.g. which branches the agent took. */
  outcomes?: () => Record<string, unknown>;
};

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
