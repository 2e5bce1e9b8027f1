import { formatAge } from "@/components/calls/format";
import type { TranscriptionLevel } from "@/lib/contract/transcript";
import type { ConnectionState } from "@/lib/realtime/types";

/** Data older than this is shown as old, milliseconds: the server gives a sign of life every two seconds. */
const OLD_AFTER_MS = 4000;

export type ConnectionTone = "good" | "old" | "bad";

type Known = { state: ConnectionState; latencyMs: number | null; ageMs: number | null };

/** @returns whether what is on the screen can no longer be taken for now. */
export function isOld({ state, ageMs }: Pick<Known, "state" | "ageMs">): boolean {
  return state === "offline" || state === "stale" || state === "signed-out" || (ageMs !== null && ageMs > OLD_AFTER_MS);
}

/** @returns the connection in words: "connected 38 ms · data 0.4 s old". */
export function connectionWords({ state, latencyMs, ageMs }: Known): { tone: ConnectionTone; text: string } {
  const age = ageMs === null ? null : `data ${formatAge(ageMs)} old`;
  const withAge = (text: string) => (age === null ? text : `${text} · ${age}`);
  switch (state) {
    case "signed-out":
      return { tone: "bad", text: "signed out" };
    case "offline":
      return { tone: "bad", text: withAge("offline – reconnecting") };
    case "connecting":
      return { tone: "old", text: withAge("connecting") };
    default: {
      if (isOld({ state, ageMs })) return { tone: "old", text: age ?? "no data yet" };
      return {
        tone: "good",
        text: withAge(latencyMs === null ? "connected" : `connected ${Math.round(latencyMs)} ms`),
      };
    }
  }
}

/** What is said while transcription is not full. */
export const transcriptionWords: Record<Exclude<TranscriptionLevel, "full">, string> = {
  "slow-partials": "lines firm up late",
  "finals-only": "finished lines only",
  unavailable: "transcription unavailable",
};
