import type { PhoneEndReason, PhoneError, PhonePeer } from "@/lib/contract/softphone";
import type { SoftphoneAudioState } from "@/lib/headset/softphone-audio";

const ENDED: Record<PhoneEndReason, string> = {
  "hung-up": "You hung up.",
  "other-hung-up": "The other side hung up.",
  declined: "The call was declined.",
  busy: "Busy. Try again later.",
  unanswered: "Nobody answered.",
  "ended-by-supervisor": "The call was ended by the service.",
  "connection-lost": "The connection was lost for too long, so the call was ended.",
  system: "The telephone system ended the call.",
};
const ENDED_RINGING: Partial<Record<PhoneEndReason, string>> = {
  declined: "You declined the call.",
  unanswered: "Missed: it rang for too long.",
  "other-hung-up": "The caller hung up.",
};

/** @returns why the call is over, from this side. */
export function endedWords(reason: PhoneEndReason, { isMissed }: { isMissed: boolean }): string {
  return (isMissed ? ENDED_RINGING[reason] : undefined) ?? ENDED[reason];
}

/** @returns what a refused command means, and what to do. */
export function faultWords({ code, message }: PhoneError): string {
  if (code === "BUSY") return "Busy: this agent is in another call. Try again later, or call somebody else.";
  if (code === "RATE_LIMITED") return `Not now: ${message}.`;
  if (code === "CALL_CLOSED") return "The caller has just hung up.";
  return `That was not possible: ${message}.`;
}

/** @returns why the microphone or the sound does not work, and what to do; null: all is well. */
export function audioWords({ sound, soundDetail, microphone }: SoftphoneAudioState): string | null {
  if (sound === "unsupported")
    return soundDetail ?? "This browser cannot play calls. Use a current Chrome, Edge, Firefox or Safari.";
  if (sound === "failed")
    return "The sound could not be started: you would hear nobody. Check connection and loudspeaker, then try again.";
  switch (microphone.state) {
    case "denied":
      return "The microphone is blocked: nobody would hear you. Allow it at the address bar, then try again.";
    case "missing":
      return "There is no microphone: nobody would hear you. Plug one in and try again.";
    case "failed":
    case "unsupported":
      return microphone.detail ?? "The microphone could not be opened. Another program may be using it.";
    default:
      return null;
  }
}

export const peerName = ({ name, number }: PhonePeer): string => name ?? number;
