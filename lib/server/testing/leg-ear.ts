import { countMarkers, MARKERS, type Marker, type MarkerCount } from "@/lib/calls/testing/speaking-runner";
import type { Party } from "@/lib/contract/call";
import type { LegFrame } from "@/lib/switch/conversation";

const KINDS = Object.keys(MARKERS) as Marker[];
/** Of the beep that is mixed to ours in the ear of who was put on hold (hold-tone.ts: 3 % of full scale). */
const COMFORT_AMPLITUDE = 984;

/** Listens to both legs of a call whose parties say nothing, and tells the time by them. */
export class LegEar {
  readonly heard: Record<Party, MarkerCount> = { caller: nothing(), agent: nothing() };
  /** Samples that are neither silence nor whole audio of ours, while nobody was on hold. */
  strange = 0;
  /** Samples of barge that one of the two missed, because they had the call on hold. */
  missed: Record<Party, number> = { caller: 0, agent: 0 };
  readonly holding = new Set<Party>();
  /** Between two frames: how long this process once stood still. */
  longestGapMs = 0;
  #lastAt: number | null = null;
  #frames = 0;
  #waiters: { until: number; resolve: () => void }[] = [];
  #isOver = false;

  /** One frame of 20 ms. */
  hear(frame: LegFrame): void {
    const now = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, now - (this.#lastAt ?? now));
    this.#lastAt = now;
    const tolerance = this.holding.size > 0 ? COMFORT_AMPLITUDE : 0;
    const caller = countMarkers(frame.callerHeard, { tolerance });
    const agent = countMarkers(frame.agentHeard, { tolerance });
    for (const kind of KINDS) {
      this.heard.caller[kind] += caller[kind];
      this.heard.agent[kind] += agent[kind];
    }
    if (this.holding.size === 0) this.strange += strangeIn(frame, { caller, agent });
    else {
      if (this.holding.has("caller")) this.missed.caller += agent.barge;
      if (this.holding.has("agent")) this.missed.agent += caller.barge;
    }
    this.#frames += 1;
    this.#wake();
  }

  /** The call is over: no frame comes any more. */
  close(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Resolves after so many frames, or when the call is over. */
  async frames(count: number): Promise<void> {
    if (this.#isOver || count <= 0) return new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise<void>((resolve) => this.#waiters.push({ until: this.#frames + count, resolve }));
  }

  #wake(): void {
    const isDue = ({ until }: { until: number }) => this.#isOver || until <= this.#frames;
    const due = this.#waiters.filter(isDue);
    this.#waiters = this.#waiters.filter((waiter) => !isDue(waiter));
    for (const { resolve } of due) resolve();
  }
}

function strangeIn({ callerHeard, agentHeard }: LegFrame, count: Record<Party, MarkerCount>): number {
  return strangeAt(callerHeard, count.caller) + strangeAt(agentHeard, count.agent);
}

function strangeAt(samples: Int16Array, count: MarkerCount): number {
  let sounding = 0;
  for (const sample of samples) if (sample !== 0) sounding += 1;
  return sounding - count.whisper - count.barge - count.clip;
}

function nothing(): MarkerCount {
  return { whisper: 0, barge: 0, clip: 0 };
}
