import { FrameSplitter, samplesFromBytes } from "@/lib/audio/frame";
import { type AudioFrame, FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import type { Clock } from "@/lib/platform/clock";

/** How often a party is looked after that sends nothing. */
const TICK_MS = 200;
/** A track this much before the clock gets no more frames: two machines' clocks drift, and bursts follow a stall. */
const MAX_AHEAD_MS = 400;
/** So long a digital silence is worth a question: Asterisk sends us the same for a phone that sends nothing. */
const QUIET_MS = 5_000;

/** A track that was never nearer to the clock than this for a whole watch is moved back to it, ms. */
const DRIFT_MS = 120;
const WATCH_TICKS = 5;
/** So much behind is mended in the middle of a word too. */
const URGENT_MS = 500;
/** Peak of a frame that may be left out or moved without being missed, of 32767. */
const QUIET_PEAK = 300;

type Track = {
  splitter: FrameSplitter;
  sequence: number;
  received: number;
  receivedAtTick: number;
  hasSounded: boolean;
  quietMs: number;
  /** The nearest to the clock that the track came within this watch, in either direction: how late, ms; negative: ahead. */
  least: number;
  most: number;
  /** To be made up for: silence to put in (positive) or quiet frames to leave out (negative), ms. */
  owedMs: number;
};

/**
 * The voices of one call on one clock, which starts with the first frame of either party. A phone that sends nothing (silence
 * suppression, hold, a new tap) leaves a hole; it is filled with silence, so that both tracks stay side by side.
 */
export class CallAudio {
  readonly #tracks: Record<Party, Track> = { caller: newTrack(), agent: newTrack() };
  #startedAt: number | null = null;
  #ticks = 0;
  #cancelTick: () => void = () => {};

  constructor(
    private readonly parts: {
      clock: Clock;
      heard: (frame: AudioFrame) => void;
      /** Not one sample but zero has come from this party for 5 s; once, until something else comes again. */
      quiet: (party: Party) => void;
    },
  ) {}

  /** s16le mono 16 kHz, any length. @returns false for bytes that are no samples. */
  push(party: Party, bytes: Uint8Array): boolean {
    if (bytes.byteLength % 2 !== 0) return false;
    this.#start();
    const track = this.#tracks[party];
    // A tap that comes up later than the other one starts where the other one is.
    if (track.received === 0) this.#fillUp(party);
    for (const samples of track.splitter.push(samplesFromBytes(bytes))) {
      track.received += 1;
      track.hasSounded ||= samples.some((sample) => sample !== 0);
      if (this.#isKept(party, samples)) this.#emit(party, samples);
      const behind = this.#behindMs(track);
      track.least = Math.min(track.least, behind);
      track.most = Math.max(track.most, behind);
    }
    return true;
  }

  stop(): void {
    this.#cancelTick();
    this.#cancelTick = () => {};
  }

  #start(): void {
    if (this.#startedAt !== null) return;
    this.#startedAt = this.parts.clock.now();
    this.#tickLater();
  }

  #tickLater(): void {
    this.#cancelTick = this.parts.clock.after(TICK_MS, () => {
      this.#ticks += 1;
      for (const party of ["caller", "agent"] as const) {
        this.#fill(party);
        if (this.#ticks % WATCH_TICKS === 0) this.#measureDrift(this.#tracks[party]);
      }
      this.#tickLater();
    });
  }

  /** Only after a whole tick without a frame: after a stall of our own process what has come is read first. */
  #fill(party: Party): void {
    const track = this.#tracks[party];
    const isSilent = track.received === track.receivedAtTick;
    track.receivedAtTick = track.received;
    track.quietMs = track.hasSounded ? 0 : track.quietMs + TICK_MS;
    track.hasSounded = false;
    if (track.quietMs === QUIET_MS) this.parts.quiet(party);
    if (isSilent && this.#behindMs(track) >= TICK_MS) this.#fillUp(party);
  }

  /**
   * Where Asterisk itself stalls, frames are lost or come after their place was filled, and a track would stay beside the
   * other one for good. A burst after a stall of our own passes within a watch and is no drift.
   */
  #measureDrift(track: Track): void {
    if (track.least >= DRIFT_MS && track.least !== Number.POSITIVE_INFINITY) track.owedMs = track.least;
    else track.owedMs = track.most <= -DRIFT_MS && track.most !== Number.NEGATIVE_INFINITY ? track.most : 0;
    track.least = Number.POSITIVE_INFINITY;
    track.most = Number.NEGATIVE_INFINITY;
  }

  /** Pays what is owed to the clock, where it is not heard. @returns false for a frame to leave out */
  #isKept(party: Party, samples: Int16Array): boolean {
    const track = this.#tracks[party];
    if (this.#behindMs(track) <= -MAX_AHEAD_MS) return false;
    if (track.owedMs === 0) return true;
    const isQuiet = samples.every((sample) => Math.abs(sample) < QUIET_PEAK);
    if (track.owedMs > 0 && (isQuiet || track.owedMs >= URGENT_MS)) {
      this.#fillUp(party);
      track.owedMs = 0;
    } else if (track.owedMs < 0 && isQuiet) {
      track.owedMs = Math.min(0, track.owedMs + FRAME_MS);
      return false;
    }
    return true;
  }

  #fillUp(party: Party): void {
    while (this.#behindMs(this.#tracks[party]) >= FRAME_MS) this.#emit(party, new Int16Array(FRAME_SAMPLES));
  }

  #behindMs({ sequence }: Track): number {
    return this.parts.clock.now() - (this.#startedAt ?? 0) - sequence * FRAME_MS;
  }

  #emit(party: Party, samples: Int16Array): void {
    const sequence = this.#tracks[party].sequence++;
    this.parts.heard({ party, sequence, atMs: sequence * FRAME_MS, samples });
  }
}

function newTrack(): Track {
  return {
    splitter: new FrameSplitter(),
    sequence: 0,
    received: 0,
    receivedAtTick: 0,
    hasSounded: false,
    quietMs: 0,
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
    owedMs: 0,
  };
}
