import type { LiveVoice } from "./gateway";

/** @returns a voice that is over before it began; nothing pushed into it goes anywhere. */
export function refusedVoice(
  reason: { code: string; message: string },
  outcome: "refused" | "failed" = "refused",
): LiveVoice {
  return {
    push: () => false,
    end: () => undefined,
    cut: () => undefined,
    result: Promise.resolve({ outcome, playedMs: 0, ...reason }),
  };
}
