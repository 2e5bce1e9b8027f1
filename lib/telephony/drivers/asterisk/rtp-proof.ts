import type { Party } from "@/lib/contract/call";
import type { PlayResult } from "@/lib/telephony/gateway";

/** The longest that a common codec puts into one packet, ms. */
const LONGEST_PACKET_MS = 60;
/** Of the clip's time. */
const SENT_SHARE = 0.5;
const SHORTEST_JUDGED_MS = 200;

/** RTP packets that Asterisk has sent to each phone; null where it does not tell, or nobody asked. */
export type SentPackets = Record<Party, number | null>;

/**
 * A queue that ran empty proves nothing about an ear: Asterisk (up to 22.10) mixes a whisper into what it sends to the hearer
 * anyway, and where the other party is silent on the wire, or the hearer holds, it sends nothing.
 * @returns the result as it must be told then; null where nothing speaks against it.
 */
export function unheard(parts: {
  result: PlayResult;
  hearers: readonly Party[];
  before: SentPackets;
  after: SentPackets;
}): PlayResult | null {
  const { result, hearers, before, after } = parts;
  if (result.outcome !== "played" && result.outcome !== "interrupted") return null;
  if (result.playedMs < SHORTEST_JUDGED_MS) return null;
  const deaf = hearers.find((party) => {
    const [from, to] = [before[party], after[party]];
    return from !== null && to !== null && (to - from) * LONGEST_PACKET_MS < result.playedMs * SENT_SHARE;
  });
  if (!deaf) return null;
  const message = `Asterisk sent no audio to the ${deaf}'s phone meanwhile (the other one sends none, or the call is on hold): it was not heard`;
  return { ...result, outcome: "failed", code: "NOT_HEARD", message };
}
