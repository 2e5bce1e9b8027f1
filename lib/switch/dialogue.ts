import { rmsDbfs } from "@/lib/audio/level";
import { FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import type { PartyActivity } from "./parties/party";
import type { Moment, Scenario, Turn } from "./scenario";

/** So much whisper in the agent's ear counts as coaching, and what is quieter than this is no voice. */
const COACHED_MS = 400;
const VOICE_DBFS = -50;
/** Who is cut off notices after this. */
const CUT_OFF_FRAMES = 400 / FRAME_MS;
/** From the last word to the hang-up. */
const HANG_UP_FRAMES = 900 / FRAME_MS;

/** A scenario with the audio (16 kHz) of its turns, both branches. Turns may still be missing: the talk waits for them. */
export type RenderedScenario = { scenario: Scenario; audio: ReadonlyMap<Turn, Int16Array> };

/** How a moment went. Frames of 20 ms since the two were connected. */
export type MomentStory = {
  moment: string;
  advice: string;
  outcome: "coached" | "uncoached";
  /** When the caller began to say what calls for coaching. */
  cueFrame: number;
  /** Until when coaching counted. */
  decidedFrame: number;
  /** When the agent had heard enough of a whisper; null: not before it was decided. */
  coachedFrame: number | null;
};

type Speaking = { party: Party; samples: Int16Array; from: number; until: number };

/**
 * Two voices following a script in real time, frame by frame (20 ms, from the moment the two were connected). Decides at
 * each coachable moment which way the talk goes.
 */
export class Dialogue {
  /** Moment → whether the agent was coached. */
  readonly outcomes: Record<string, "coached" | "uncoached"> = {};
  /** The moments so far, in their order. */
  readonly moments: MomentStory[] = [];
  readonly #steps: (Turn | Moment)[];
  #speaking: Speaking[] = [];
  #last: Speaking | null = null;
  #frame = -1;
  #whisperedMs = 0;
  #coachedFrame: number | null = null;
  /** When the caller last began to speak: what they say then is what a coach hears. */
  #cueFrame = 0;
  #endFrame: number | null = null;

  constructor(private readonly rendered: RenderedScenario) {
    this.#steps = [...rendered.scenario.steps];
  }

  /** Fills `into` with what `party` says; each party is asked once a frame. */
  speak(party: Party, { into, frame }: { into: Int16Array; frame: number }): PartyActivity {
    if (frame > this.#frame) this.#advance(frame);
    for (const turn of this.#speaking) if (turn.party === party) say(turn, { into, frame });
    const over = this.#endFrame !== null && frame >= this.#endFrame;
    return over && this.rendered.scenario.hangsUp === party ? "hung-up" : "talking";
  }

  /** A frame of a coach's voice in the agent's ear alone. */
  hearCoach(samples: Int16Array): void {
    if (rmsDbfs(samples) <= VOICE_DBFS) return;
    this.#whisperedMs += FRAME_MS;
    if (this.#whisperedMs >= COACHED_MS) this.#coachedFrame ??= this.#frame;
  }

  #advance(frame: number): void {
    this.#frame = frame;
    this.#speaking = this.#speaking.filter(({ until }) => frame < until);
    for (let step = this.#steps[0]; step && frame >= this.#dueAt(step); step = this.#steps[0]) {
      this.#steps.shift();
      if ("moment" in step) this.#decide(step);
      else if (this.#applies(step)) this.#start(step, frame);
    }
    if (this.#steps.length === 0) this.#endFrame ??= Math.max(this.#lastEnd, ...this.#ends()) + HANG_UP_FRAMES;
  }

  #dueAt(step: Turn | Moment): number {
    if (!("moment" in step)) {
      if (!this.#applies(step)) return 0;
      return this.rendered.audio.has(step) ? this.#lastEnd + toFrames(step.pauseMs) : Number.POSITIVE_INFINITY;
    }
    const pauses = [step.coached[0], step.uncoached[0]].map((turn) => turn?.pauseMs ?? 0);
    return this.#lastEnd + toFrames(Math.min(...pauses) - step.deadlineMs);
  }

  #decide(step: Moment): void {
    const outcome = this.#whisperedMs >= COACHED_MS ? "coached" : "uncoached";
    const { moment, advice } = step;
    this.outcomes[moment] = outcome;
    const coachedFrame = this.#coachedFrame;
    this.moments.push({ moment, advice, outcome, coachedFrame, cueFrame: this.#cueFrame, decidedFrame: this.#frame });
    this.#whisperedMs = 0;
    this.#coachedFrame = null;
    this.#steps.unshift(...step[outcome]);
  }

  #start(turn: Turn, frame: number): void {
    const samples = this.rendered.audio.get(turn) ?? new Int16Array(0);
    if (turn.cutsOff && this.#last) this.#last.until = Math.min(this.#last.until, frame + CUT_OFF_FRAMES);
    const until = frame + Math.ceil(samples.length / FRAME_SAMPLES);
    if (turn.party === "caller") this.#cueFrame = frame;
    this.#last = { party: turn.party, samples, from: frame, until };
    this.#speaking.push(this.#last);
  }

  #applies({ when, unless }: Turn): boolean {
    const isCoached = (moment: string) => this.outcomes[moment] === "coached";
    return (when === undefined || isCoached(when)) && (unless === undefined || !isCoached(unless));
  }

  get #lastEnd(): number {
    return this.#last?.until ?? 0;
  }

  #ends(): number[] {
    return this.#speaking.map(({ until }) => until);
  }
}

/** Copies a turn's share of the frame; the last frame of one that is cut off fades out instead of clicking. */
function say(turn: Speaking, { into, frame }: { into: Int16Array; frame: number }): void {
  const at = (frame - turn.from) * FRAME_SAMPLES;
  const part = turn.samples.subarray(at, at + FRAME_SAMPLES);
  const fades = frame === turn.until - 1 && at + FRAME_SAMPLES < turn.samples.length;
  for (let i = 0; i < part.length; i++) into[i] = Math.round((part[i] ?? 0) * (fades ? 1 - i / part.length : 1));
}

function toFrames(ms: number): number {
  return Math.round(ms / FRAME_MS);
}
