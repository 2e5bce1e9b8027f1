import { actorName } from "@/lib/contract/actor-name";
import type { Actor, Mode, SpeakingMode } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { Floor } from "@/lib/contract/speaking";
import type { HeadsetState } from "@/lib/headset/types";

/** What the speak button is: only `open` may look open. */
export type SpeakLook =
  | { kind: "blocked"; why: string }
  /** The microphone cannot be had; the button leads to the help. */
  | { kind: "trouble"; why: string }
  | { kind: "closed"; mode: SpeakingMode }
  | { kind: "starting"; mode: SpeakingMode }
  | { kind: "open"; mode: SpeakingMode; isLatched: boolean }
  | { kind: "stopping" };

/** @returns whether `actor` is this user. */
export function isUser(actor: Actor | null, userId: string): boolean {
  return actor?.kind === "user" && actor.userId === userId;
}

/** Who hears a supervisor in a mode, as a button says it. */
export const speakWords: Record<SpeakingMode, { hold: string; now: string; heard: string; will: string }> = {
  whisper: {
    hold: "Hold to whisper",
    now: "Whispering",
    heard: "Only the agent hears you.",
    will: "Only the agent will hear you.",
  },
  barge: {
    hold: "Hold to speak to both",
    now: "Speaking to both",
    heard: "Both parties hear you.",
    will: "Both parties will hear you.",
  },
};

const troubles: Partial<Record<HeadsetState["microphone"]["state"], string>> = {
  denied: "Microphone blocked",
  missing: "No microphone",
  failed: "Microphone failed",
};

export type SpeakFacts = {
  callId: CallId;
  userId: string;
  /** Confirmed; null: not known. */
  mode: Mode | null;
  /** Commands may be sent: connected, supervised, and the data is fresh. */
  can: boolean;
  floor: Floor;
  /** The microphone is being opened for the first time. */
  isWarming: boolean;
  speaking: HeadsetState["speaking"];
  microphone: Pick<HeadsetState["microphone"], "state" | "detail">;
};

/** @returns what a press would speak in: the confirmed mode decides, and out of spy it is a whisper. */
export function modeOfPress(mode: Mode | null): SpeakingMode {
  return mode === "barge" ? "barge" : "whisper";
}

/** @returns what the button shows. Open is only what the headset has confirmed, for this call. */
export function speakLook(facts: SpeakFacts): SpeakLook {
  const { speaking, microphone, mode, floor } = facts;
  const isHere = speaking.callId === facts.callId;
  const next = modeOfPress(mode);
  if (isHere && (speaking.state === "open" || speaking.state === "latched"))
    return { kind: "open", mode: speaking.mode ?? next, isLatched: speaking.state === "latched" };
  if (facts.isWarming || (isHere && speaking.state === "starting"))
    return { kind: "starting", mode: (isHere && speaking.mode) || next };
  if (isHere && speaking.state === "stopping") return { kind: "stopping" };
  if (microphone.state === "unsupported")
    return { kind: "blocked", why: microphone.detail ?? "This browser cannot send a voice." };
  if (!facts.can) return { kind: "blocked", why: "Speaking needs a connected call that is supervised." };
  if (mode === null) return { kind: "blocked", why: "The mode is not known. Choose one first." };
  if (floor.holder && !isUser(floor.holder, facts.userId))
    return { kind: "blocked", why: `${actorName(floor.holder)} has the floor.` };
  const why = troubles[microphone.state];
  return why ? { kind: "trouble", why } : { kind: "closed", mode: next };
}
