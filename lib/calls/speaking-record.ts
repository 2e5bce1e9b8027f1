import type { NewDomainEvent } from "@/lib/contract/domain-events";
import type { PlayResult } from "@/lib/telephony/gateway";
import type { CallLine } from "./line";
import type { Closing } from "./speaking-end";
import type { SpeakingRequest } from "./speaking-parts";

/**
 * What a microphone came to. `result` null: the gateway did not say in time, and what was sent counts as heard. `said`: ms that the
 * gateway took, of voice and of tone, and whether the mode was another one meanwhile.
 */
export function recordOf(options: {
  line: Pick<CallLine, "callId" | "gateway">;
  speakingId: string;
  request: Pick<SpeakingRequest, "mode" | "by">;
  closing: Closing;
  result: PlayResult | null;
  said: { sentMs: number; toneMs: number; hasStrayed: boolean };
}): NewDomainEvent {
  const { line, speakingId, request, closing, result, said } = options;
  const { mode, by } = request;
  const { serverSideModes, perPartyInjection } = line.gateway.capabilities;
  const isClear = mode === "whisper" && !said.hasStrayed && (serverSideModes || perPartyInjection);
  // The tone comes first, so what was heard of it comes off first. What the gateway did not take, nobody heard.
  const heardMs = result ? Math.max(0, Math.round(result.playedMs) - said.toneMs) : said.sentMs;
  const spokenMs = Math.min(heardMs, said.sentMs);
  return {
    ...{ type: "speaking.ended", callId: line.callId, speakingId, mode, by, spokenMs },
    reason: closing.reason,
    detail: (closing.detail ?? result?.message ?? null)?.slice(0, 300) ?? null,
    callerClear: isClear ? true : null,
  };
}
