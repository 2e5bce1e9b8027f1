import { saturate } from "@/lib/audio/mix";
import { hears, type Mode, type Party } from "@/lib/contract/call";

/** What may be heard in a frame: `answered` is the time before the conference, when only caller and we are in the call. */
export type Conference = ({ phase: "answered" } | { phase: "connected"; mode: Mode } | { phase: "left" }) & {
  /** Whose phones hold the call: they say nothing and hear nobody, and the other one hears a comfort tone. */
  heldBy?: ReadonlySet<Party>;
};

/** One frame of a call; all arrays have the same length. */
export type MixFrame = {
  callerSaid: Int16Array;
  agentSaid: Int16Array;
  /** What we say; null: nothing. */
  ours: Int16Array | null;
  /** What a party hears that was put on hold; null: silence. */
  comfort: Int16Array | null;
  /** Filled in. */
  callerHeard: Int16Array;
  agentHeard: Int16Array;
};

/** @returns whether `party` hears what we say (the mode table of call-control.md §2). Nobody hears us once we left. */
export function hearsUs(conference: Conference, { party }: { party: Party }): boolean {
  if (conference.heldBy?.has(party)) return false;
  if (conference.phase === "connected") return hears({ party, mode: conference.mode });
  return conference.phase === "answered" && party === "caller";
}

/** @returns whether the mode lets us speak, but everybody who would hear us has the call on hold. */
export function isUnheard(conference: Conference): boolean {
  if (conference.phase !== "connected" || conference.mode === "spy") return false;
  return !hearsUs(conference, { party: "caller" }) && !hearsUs(conference, { party: "agent" });
}

/** Mixes what each listener hears: the other party, and us where the mode says so. Sums are saturated, never wrapped. */
export function mixFrame(frame: MixFrame, conference: Conference): void {
  const toCaller = hearsUs(conference, { party: "caller" }) ? frame.ours : null;
  const toAgent = hearsUs(conference, { party: "agent" }) ? frame.ours : null;
  fill(frame.callerHeard, { other: otherOf("caller", { frame, conference }), ours: toCaller });
  fill(frame.agentHeard, { other: otherOf("agent", { frame, conference }), ours: toAgent });
}

/** @returns what stands for the other one in this party's ear; null: silence. */
function otherOf(party: Party, { frame, conference }: { frame: MixFrame; conference: Conference }): Int16Array | null {
  const { phase, heldBy } = conference;
  const other = party === "caller" ? "agent" : "caller";
  if (phase === "answered" || heldBy?.has(party)) return null;
  if (heldBy?.has(other)) return frame.comfort;
  return party === "caller" ? frame.agentSaid : frame.callerSaid;
}

function fill(into: Int16Array, { other, ours }: { other: Int16Array | null; ours: Int16Array | null }): void {
  if (other === null) into.fill(0);
  else into.set(other);
  if (ours === null) return;
  for (let at = 0; at < into.length; at++) into[at] = saturate((into[at] ?? 0) + (ours[at] ?? 0));
}
