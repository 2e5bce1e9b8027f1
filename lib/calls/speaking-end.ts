import type { SpeakingEnd } from "@/lib/contract/call";
import { AppError } from "@/lib/platform/errors";
import type { PlayResult } from "@/lib/telephony/gateway";

/** Why a microphone closes. `keepsMode`: a person asked for another mode, so that is where the call goes. */
export type Closing = { reason: SpeakingEnd; detail: string | null; keepsMode?: boolean };

/** Ended by its speaker's own will: what was said before is still heard. Everything else is cut. */
export const GRACEFUL: readonly SpeakingEnd[] = ["released", "handed-over"];

const WORDS: Record<SpeakingEnd, string> = {
  released: "Your microphone is closed.",
  "handed-over": "Your microphone is closed: you handed over.",
  "mode-changed": "Your microphone was closed: the call is in another mode now.",
  disconnected: "Your microphone was closed: the connection of this page was lost.",
  "rights-changed": "Your microphone was closed: you may not speak on this call any more.",
  gateway: "Your microphone was closed by the telephone system.",
  "call-ended": "Your microphone is closed: the call has ended.",
  "silent-line": "Your microphone was closed: no sound came from it any more. Check it, and speak again.",
  "earshot-stopped": "Your microphone was closed: Earshot was stopped.",
};

/** @returns why a voice is over that nobody here ended. */
export function closedBy(result: PlayResult | null): Closing {
  const detail = result?.message ?? null;
  if (result?.code === "MODE_MISMATCH" || result?.code === "MODE_NOT_CONFIRMED")
    return { reason: "mode-changed", detail };
  if (result?.code === "CALL_CLOSED") return { reason: "call-ended", detail };
  return { reason: "gateway", detail };
}

/** @returns it for people. */
export function wordsOf({ reason, detail }: Closing): string {
  return [WORDS[reason], detail].filter(Boolean).join(" ").slice(0, 300);
}

/** @returns why a microphone that was asked for did not open. */
export function closedBefore(closing: Closing): AppError {
  return new AppError(closing.reason === "gateway" ? "GATEWAY" : "CONFLICT", {
    message: `the microphone was closed before it was open: ${closing.reason}`,
    userMessage: wordsOf(closing),
    retryable: true,
  });
}
