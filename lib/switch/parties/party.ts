import type { Mode } from "@/lib/contract/call";

/** `talking` also while silent; `finished`: nothing more to say; `hung-up`: ends the call. */
export type PartyActivity = "talking" | "finished" | "hung-up";

/** What reached a party's ear in one frame. The arrays are only valid during the call. */
export type Heard = {
  /** Everything, as the mixer sent it. */
  mixed: Int16Array;
  /** Our share of it; null where this party hears nothing of us. */
  ours: Int16Array | null;
  /** Null before the two are connected, and after we have left. */
  mode: Mode | null;
};

/**
 * One end of a call. `frame` counts 20 ms frames from 0 since the two were connected; audio is s16le mono, 16 kHz. Until
 * then a party is silent, but hears.
 */
export interface PartySource {
  /** Fills `into` (it holds silence before) with what the party says in this frame. */
  speak(into: Int16Array, at: { frame: number }): PartyActivity;
  hear?(heard: Heard, at: { frame: number }): void;
  close?(): void;
}

/** A party that never says anything and never hangs up. */
export const silentParty: PartySource = { speak: () => "talking" };
