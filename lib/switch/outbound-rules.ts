import type { Mode } from "@/lib/contract/call";
import type { ProtocolErrorCode, WireFrame } from "@/lib/contract/call-control";
import type { Conference } from "./mixer";

/** A frame or message that no well-behaved client sends; the clip, if there is one, is refused as well. */
export type OutboundFault = { code: ProtocolErrorCode; message: string };

/** What is known of a clip or live voice; samples at the connection's rate. */
type Announced = { mode: Mode | null; granted: number; received: number; nextSequence: number; ended: boolean };

/** @returns why audio meant for `mode` may not be heard now, or null. */
export function refusalOf(mode: Mode | null, conference: Conference | null): ProtocolErrorCode | null {
  if (conference === null || conference.phase === "left") return "WRONG_STATE";
  if (conference.phase === "answered") return mode === null ? null : "MODE_NOT_CONFIRMED";
  // In spy nobody hears us, so there is nothing that could be played.
  return mode === conference.mode && mode !== "spy" ? null : "MODE_MISMATCH";
}

/** @returns what is wrong with a frame of `play`, whose `received` counts it already, or null. */
export function faultOf(frame: WireFrame, play: Announced): OutboundFault | null {
  if (frame.mode !== (play.mode ?? "none"))
    return { code: "MODE_MISMATCH", message: `the frame is for ${frame.mode}, its clip for ${play.mode ?? "none"}` };
  if (play.received > play.granted)
    return { code: "CREDIT_EXCEEDED", message: `${play.received} samples sent, ${play.granted} granted` };
  if (play.ended) return { code: "BAD_FRAME", message: "a frame after the clip's end" };
  if (frame.sequence !== play.nextSequence)
    return { code: "BAD_FRAME", message: `sequence ${frame.sequence}, expected ${play.nextSequence}` };
  return null;
}
