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

type Track = {
  splitter: FrameSplitter;
  sequence: number;
  received: number;
  receivedAtTick: number;
  hasSounded: boolean;
  quietMs: number;
};

/**
 * The voices of one call on one clock, which starts with the first frame of either party. A phone that sends nothing (silence
 * suppression, hold, a new tap) leaves a hole; it is filled with silence, so that both tracks stay side by side.
 */
export class CallAudio {
  readonly #tracks: Record<Party, Track> = { caller: newTrack(), agent: newTrack() };
  #startedAt: number | null = null;
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
      if (this.#behindMs(track) > -MAX_AHEAD_MS) this.#emit(party, samples);
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
      for (const party of ["caller", "agent"] as const) this.#fill(party);
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
  return { splitter: new FrameSplitter(), sequence: 0, received: 0, receivedAtTick: 0, hasSounded: false, quietMs: 0 };
}
