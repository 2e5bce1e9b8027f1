import type { Dialogue } from "../dialogue";
import type { PartySource } from "./party";

/** The two ends of a scripted call. The agent listens for whispers; nobody in the script listens to a barge. */
export function scriptedParties(dialogue: Dialogue): { caller: PartySource; callee: PartySource } {
  return {
    caller: { speak: (into, { frame }) => dialogue.speak("caller", { into, frame }) },
    callee: {
      speak: (into, { frame }) => dialogue.speak("agent", { into, frame }),
      hear: ({ ours, mode }) => {
        if (ours && mode === "whisper") dialogue.hearCoach(ours);
      },
    },
  };
}
