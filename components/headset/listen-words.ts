import { formatAge } from "@/components/calls/format";
import type { Listening, ListeningState } from "@/lib/headset/types";

/** Words of what one hears; `tone` says how it is meant. */
export type ListenWords = { tone: "good" | "waiting" | "bad"; text: string };

/** @returns whether the headset is at a call: it is heard, or will be by itself or after one click. */
export function isListening(state: ListeningState): boolean {
  return state !== "off" && state !== "failed" && state !== "unsupported";
}

/** @returns what one hears now, in words; null where nothing was asked for. */
export function listenWords({ state, detail, behindMs }: Pick<Listening, "state" | "detail" | "behindMs">) {
  const words: Record<ListeningState, ListenWords | null> = {
    off: null,
    starting: { tone: "waiting", text: "Connecting…" },
    "needs-gesture": { tone: "waiting", text: "Your browser plays no sound before you click." },
    live: { tone: "good", text: detail ? `Live. ${detail}` : "Live" },
    behind: { tone: "waiting", text: [`${formatAge(behindMs)} behind`, detail].filter(Boolean).join(". ") },
    interrupted: { tone: "bad", text: "Connection lost: silence until it is back." },
    failed: { tone: "bad", text: detail ?? "No sound could be had of this call." },
    unsupported: { tone: "bad", text: detail ?? "This browser cannot play live calls." },
  };
  return words[state];
}
