import { Concealment } from "./concealment";
import { PlayoutDelay } from "./playout-delay";
import { findPeriod, removePeriod, repeatPeriod } from "./time-scale";

/** 20 ms of all channels. A null channel is silent in it. */
export type BufferedFrame = {
  sequence: number;
  /** Position on the sender's clock, milliseconds. */
  atMs: number;
  channels: (Int16Array | null)[];
};

export type JitterBufferOptions<F extends BufferedFrame> = {
  sampleRate: number;
  channelCount: number;
  minMs?: number;
  maxMs?: number;
  /** A frame is about to be heard, `inMs` from now. */
  onPlay?: (frame: F, inMs: number) => void;
};

export type JitterStats = {
  targetMs: number;
  /** How long frames wait here, smoothed. */
  bufferMs: number;
  /** Frames that did not come in time, of the last ten seconds: 0…100. */
  lossPercent: number;
};

const FRAME_MS = 20;
const CONCEAL_STEP_MS = 10;
/** Concealment has faded out by now: what follows begins anew, with a full buffer. */
const STARVED_MS = 60;
/** Beyond the longest target by this: frames are thrown away at once. */
const EXCESS_MS = 80;
const SLACK_MS = 15;
const LACK_MS = 8;
/** A pause between two cuts in speech, unless far behind. */
const CUT_PAUSE_MS = 120;
const FAR_BEHIND_MS = 100;
const GOOD_CUT = 0.6;
/** After so long without a good place any will do. */
const ANY_CUT_MS = 2000;
/** More missing than this is a pause of the sender's, not a loss to fill. */
const PAUSE_MS = 500;
const RESTART_FRAMES = 10;
const LOSS_WINDOW_MS = 10_000;

/**
 * An adaptive jitter buffer on PCM frames. Time is handed in (`nowMs`, of the clock that drains it: the sound card's), nothing
 * waits. It grows at once (playing stands still while nothing is there, then by repeated periods) and shrinks slowly (by
 * periods taken out, in silence first), which also takes up the drift between the sender's clock and the sound card's.
 */
export class JitterBuffer<F extends BufferedFrame = BufferedFrame> {
  readonly #delay: PlayoutDelay;
  readonly #maxMs: number;
  readonly #concealment: Concealment[];
  #frames: { frame: F; arrivedMs: number }[] = [];
  #ready: Int16Array[];
  #isPlaying = false;
  /** Sender's clock at the next sample to be made. */
  #playheadMs = 0;
  #nextSequence: number | null = null;
  #lateInARow = 0;
  #waitedMs = 0;
  #sinceCutMs = 0;
  #bufferMs: number | null = null;
  #played: { atMs: number; missed: number; total: number }[] = [];

  constructor(private readonly options: JitterBufferOptions<F>) {
    this.#maxMs = options.maxMs ?? 200;
    this.#delay = new PlayoutDelay({ minMs: options.minMs ?? 40, maxMs: this.#maxMs });
    this.#concealment = Array.from({ length: options.channelCount }, () => new Concealment(options));
    this.#ready = this.#silence(0);
  }

  get stats(): JitterStats {
    const total = this.#played.reduce((sum, second) => sum + second.total, 0);
    const missed = this.#played.reduce((sum, second) => sum + second.missed, 0);
    return {
      targetMs: this.#delay.targetMs,
      bufferMs: this.#bufferMs ?? 0,
      lossPercent: total === 0 ? 0 : (100 * missed) / total,
    };
  }

  /** Sender's clock of what is played now; null before the first frame. */
  get positionMs(): number | null {
    return this.#nextSequence === null ? null : this.#playheadMs - this.#readyMs;
  }

  push(frame: F, nowMs: number): void {
    if (this.#nextSequence !== null && frame.atMs < this.#playheadMs - 1 && !this.#isRestart()) return;
    this.#lateInARow = 0;
    if (!this.#delay.measure({ atMs: frame.atMs, arrivedMs: nowMs })) return;
    let at = this.#frames.length;
    while (at > 0 && (this.#frames[at - 1]?.frame.sequence ?? 0) > frame.sequence) at--;
    if (this.#frames[at - 1]?.frame.sequence === frame.sequence) return;
    this.#frames.splice(at, 0, { frame, arrivedMs: nowMs });
    // While nobody pulls (a suspended sound card) only the newest second is worth keeping.
    if (this.#frames.length * FRAME_MS > 1000) this.#frames.shift();
  }

  /** @returns the next `count` samples of each channel, whatever came. */
  pull(count: number, nowMs: number): Int16Array[] {
    while ((this.#ready[0]?.length ?? 0) < count) this.#append(this.#make(nowMs));
    const out = this.#ready.map((samples) => samples.subarray(0, count));
    this.#ready = this.#ready.map((samples) => samples.subarray(count));
    return out;
  }

  /** Another stream begins, or time has stood still. */
  reset(): void {
    this.#delay.reset();
    for (const concealment of this.#concealment) concealment.reset();
    this.#frames = [];
    this.#isPlaying = false;
    this.#nextSequence = null;
    this.#lateInARow = 0;
    this.#waitedMs = 0;
    this.#bufferMs = null;
    this.#played = [];
  }

  /** One frame behind what is played came too late; nothing but such frames is a sender that counts anew. */
  #isRestart(): boolean {
    this.#lateInARow += 1;
    if (this.#lateInARow < RESTART_FRAMES) return false;
    this.reset();
    return true;
  }

  get #readyMs(): number {
    return ((this.#ready[0]?.length ?? 0) * 1000) / this.options.sampleRate;
  }

  /** How long after the fastest frame's arrival a frame of `atMs` would be heard if it came next. */
  #delayAt(atMs: number, nowMs: number): number {
    return nowMs + this.#readyMs - this.#delay.baseMs - atMs;
  }

  #make(nowMs: number): Int16Array[] {
    if (!this.#isPlaying && !this.#start(nowMs)) return this.#conceal(CONCEAL_STEP_MS);
    this.#skip(nowMs);
    const head = this.#frames[0];
    if (!head) return this.#wait();
    const gapMs = head.frame.atMs - this.#playheadMs;
    if (gapMs > PAUSE_MS) {
      this.#isPlaying = false;
      return this.#conceal(CONCEAL_STEP_MS);
    }
    // What was made up while nothing was there stands for what is now known to be lost.
    const made = Math.min(this.#waitedMs, Math.max(0, gapMs));
    this.#playheadMs += made;
    if (gapMs - made > 0.5) {
      this.#waitedMs = 0;
      const length = Math.min(CONCEAL_STEP_MS, gapMs - made);
      this.#playheadMs += length;
      return this.#conceal(length);
    }
    return this.#play(nowMs);
  }

  #start(nowMs: number): boolean {
    const head = this.#frames[0]?.frame;
    if (!head || this.#delayAt(head.atMs, nowMs) < this.#delay.targetMs) return false;
    this.#isPlaying = true;
    this.#playheadMs = head.atMs;
    this.#waitedMs = 0;
    return true;
  }

  /** Far too late to be caught up by cuts: throws away. */
  #skip(nowMs: number): void {
    const head = this.#frames[0]?.frame;
    if (!head || this.#delayAt(head.atMs, nowMs) <= this.#maxMs + EXCESS_MS) return;
    while (this.#frames.length > 1 && this.#delayAt(this.#frames[0]?.frame.atMs ?? 0, nowMs) > this.#delay.targetMs)
      this.#frames.shift();
    this.#playheadMs = this.#frames[0]?.frame.atMs ?? this.#playheadMs;
  }

  #wait(): Int16Array[] {
    this.#waitedMs += CONCEAL_STEP_MS;
    if (this.#waitedMs >= STARVED_MS) this.#isPlaying = false;
    return this.#conceal(CONCEAL_STEP_MS);
  }

  #play(nowMs: number): Int16Array[] {
    const delayMs = this.#delayAt(this.#playheadMs, nowMs);
    const excessMs = delayMs - this.#delay.targetMs;
    let block = this.#take(nowMs);
    this.#sinceCutMs += FRAME_MS;
    if (Math.abs(excessMs) < LACK_MS || (excessMs > 0 && excessMs < SLACK_MS)) return block;
    const follower = this.#frames[0]?.frame;
    if (follower && Math.abs(follower.atMs - this.#playheadMs) < 0.5 && this.#waitedMs === 0)
      block = join(block, this.#take(nowMs));
    return excessMs > 0 ? this.#shorten(block, excessMs) : this.#lengthen(block);
  }

  #take(nowMs: number): Int16Array[] {
    const entry = this.#frames.shift();
    if (!entry) return this.#silence(0);
    const { frame, arrivedMs } = entry;
    const missing = this.#nextSequence === null ? 0 : Math.max(0, frame.sequence - this.#nextSequence);
    const late = missing === 0 && this.#waitedMs > 0 ? 1 : 0;
    this.#count({ atMs: frame.atMs, missed: missing + late, total: missing + 1 });
    const waited = nowMs + this.#readyMs - arrivedMs;
    this.#bufferMs = this.#bufferMs === null ? waited : this.#bufferMs + (waited - this.#bufferMs) / 16;
    this.options.onPlay?.(frame, this.#readyMs);
    this.#nextSequence = frame.sequence + 1;
    this.#playheadMs = frame.atMs + FRAME_MS;
    this.#waitedMs = 0;
    const length = Math.round((FRAME_MS * this.options.sampleRate) / 1000);
    return this.#concealment.map((concealment, lane) =>
      concealment.good(frame.channels[lane] ?? new Int16Array(length)),
    );
  }

  #shorten(block: Int16Array[], excessMs: number): Int16Array[] {
    const period = findPeriod(block, this.options);
    if (!period || (!period.isSilent && this.#sinceCutMs < CUT_PAUSE_MS && excessMs < FAR_BEHIND_MS)) return block;
    if (period.similarity < GOOD_CUT && this.#sinceCutMs < ANY_CUT_MS) return block;
    this.#sinceCutMs = 0;
    return removePeriod(block, period);
  }

  #lengthen(block: Int16Array[]): Int16Array[] {
    const period = findPeriod(block, this.options);
    if (!period || (period.similarity < GOOD_CUT && this.#sinceCutMs < CUT_PAUSE_MS)) return block;
    this.#sinceCutMs = 0;
    return repeatPeriod(block, period);
  }

  #conceal(ms: number): Int16Array[] {
    const count = Math.max(1, Math.round((ms * this.options.sampleRate) / 1000));
    return this.#concealment.map((concealment) => concealment.conceal(count));
  }

  #count({ atMs, missed, total }: { atMs: number; missed: number; total: number }): void {
    const second = Math.floor(atMs / 1000) * 1000;
    const last = this.#played.at(-1);
    if (last?.atMs === second) {
      last.missed += missed;
      last.total += total;
    } else this.#played.push({ atMs: second, missed, total });
    while ((this.#played[0]?.atMs ?? second) <= second - LOSS_WINDOW_MS) this.#played.shift();
  }

  #append(block: Int16Array[]): void {
    this.#ready = join(this.#ready, block);
  }

  #silence(length: number): Int16Array[] {
    return this.#concealment.map(() => new Int16Array(length));
  }
}

function join(first: Int16Array[], second: Int16Array[]): Int16Array[] {
  return first.map((samples, lane) => {
    const more = second[lane] ?? new Int16Array(0);
    const out = new Int16Array(samples.length + more.length);
    out.set(samples);
    out.set(more, samples.length);
    return out;
  });
}
