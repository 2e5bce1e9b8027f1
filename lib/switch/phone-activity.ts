import type { EndReason, Party } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { PhoneEndReason, PhonePeer, PhoneState } from "@/lib/contract/softphone";
import type { AttendedCall, RingFailure } from "./call-spec";
import type { BrowserParty } from "./parties/browser";

/** One end of a call, in the hands of a phone. */
export type PhoneLeg = { callId: CallId; peer: PhonePeer; party: Party; source: BrowserParty; call: AttendedCall };
/** Somebody calls. */
export type PhoneOffer = { callId: CallId; peer: PhonePeer; accept: () => PhoneLeg | null; decline: () => void };

/** What a phone does. */
export type Activity =
  | { state: "idle"; ended: { callId: CallId; peer: PhonePeer; reason: PhoneEndReason } | null }
  | { state: "calling"; leg: PhoneLeg; isRinging: boolean; failure: RingFailure | "timeout" | null }
  | { state: "ringing"; offer: PhoneOffer }
  | { state: "connected"; leg: PhoneLeg; connectedAt: number; isHolding: boolean; isHeld: boolean };

/** @returns what is told of it to the phone's owner. */
export function stateOf(activity: Activity, { isMuted, now }: { isMuted: boolean; now: number }): PhoneState {
  if (activity.state === "idle") return activity;
  if (activity.state === "ringing") {
    const { callId, peer } = activity.offer;
    return { state: "ringing", callId, peer };
  }
  const { callId, peer } = activity.leg;
  if (activity.state === "calling") return { state: "calling", callId, peer, isRinging: activity.isRinging, isMuted };
  const { connectedAt, isHolding, isHeld } = activity;
  const connectedForMs = Math.max(0, Math.round(now - connectedAt));
  return { state: "connected", callId, peer, connectedForMs, isMuted, isHolding, isHeld };
}

/** @returns why the call is over, for somebody who did not end it. */
export function endReasonFor(
  party: Party,
  { why, failure }: { why: EndReason; failure: RingFailure | "timeout" | null },
): PhoneEndReason {
  if (failure) return failure === "timeout" ? "unanswered" : failure;
  if (why === "ended-by-supervisor") return why;
  // Our own side, but not by us: the switch gave the caller up, because nobody was to be had.
  if (why === `${party}-hung-up`) return "unanswered";
  return why === "caller-hung-up" || why === "agent-hung-up" ? "other-hung-up" : "system";
}
