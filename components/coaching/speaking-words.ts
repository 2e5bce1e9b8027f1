import { formatDuration } from "@/components/calls/format";
import { otherParty } from "@/components/calls/words";
import { actorName } from "@/lib/contract/actor-name";
import type { SpeakingEnd } from "@/lib/contract/call";
import type { CallView } from "@/lib/contract/call-view";
import type { Speaking } from "@/lib/contract/speaking";

/** Why a microphone was closed, where nobody closed it on purpose. */
const endWords: Record<Exclude<SpeakingEnd, "released" | "handed-over">, string> = {
  "mode-changed": "closed because the mode changed",
  disconnected: "closed because their connection was lost",
  "rights-changed": "closed because their rights changed",
  gateway: "closed because the telephone system was lost",
  "call-ended": "until the call ended",
  "silent-line": "closed because no sound came",
  "earshot-stopped": "until Earshot was stopped",
};

/** @returns a stretch of a person's own voice in words; `bad` where the other party may have heard a whisper. */
export function speakingWords(
  speaking: Speaking,
  { info }: Pick<CallView, "info">,
): { text: string; isOpen: boolean; bad: boolean } {
  const { mode, by, endedAt, callerClear } = speaking;
  const isPrivate = mode === "whisper";
  if (endedAt === null) {
    const does = isPrivate ? "is whispering to the agent" : "is speaking to both";
    return { text: `${actorName(by)} ${does}`, isOpen: true, bad: false };
  }
  const said = `${actorName(by)} ${isPrivate ? "whispered to the agent" : "spoke to both"}`;
  const { noun } = otherParty[info.direction];
  const proof = isPrivate ? proofOf(callerClear, noun) : null;
  return {
    text: [said, lengthOf(speaking), proof, endOf(speaking)].filter(Boolean).join(", "),
    isOpen: false,
    bad: isPrivate && callerClear !== true,
  };
}

function proofOf(callerClear: boolean | null, noun: string): string {
  if (callerClear === true) return "private ✓";
  return callerClear === false ? `the ${noun} may have heard it` : `not confirmed that the ${noun} heard none`;
}

/**
 * In a crash the last moments were not counted, and when it was is not known either. Only an orderly stop vouches for privacy; of
 * one without that the record does not tell it from a crash.
 */
function lengthOf({ spokenMs, startedAt, endedAt, reason, callerClear }: Speaking): string {
  const openMs = (endedAt ?? startedAt) - startedAt;
  if (reason === "earshot-stopped" && callerClear !== true)
    return spokenMs >= 1000 ? `at least ${formatDuration(spokenMs)}` : "not known how long";
  if (spokenMs === 0 && reason === "gateway" && openMs > 0) return `at most ${formatDuration(openMs)}`;
  return formatDuration(spokenMs);
}

function endOf({ reason }: Speaking): string | null {
  if (reason === null || reason === "released") return null;
  return reason === "handed-over" ? "then handed over" : endWords[reason];
}
