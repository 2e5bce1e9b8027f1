import { createResampler, type Resampler } from "@/lib/audio/resample";
import { type AudioFrame, FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { decodeFrame, type WireFrame } from "@/lib/contract/call-control";
import { toParty } from "./mapper";

/** Frames further back than this are a stream that began anew; nearer ones are doubles. Samples are at most 24 a ms. */
const REWIND_MS = 1_000;

/**
 * One party's voice from the wire: resampled to SAMPLE_RATE and cut into frames of FRAME_SAMPLES, whatever the gateway's
 * rate and frame length. A gap in the audio clock starts over at the right time; doubles are dropped.
 */
export class InboundTrack {
  #resampler: Resampler;
  /** Audio clock of the next wire sample, at the wire's rate; null before the first. */
  #expected: number | null = null;
  /** Audio clock of the first waiting sample, ms. */
  #waitingAtMs = 0;
  #waiting = new Int16Array(0);
  #sequence = 0;

  constructor(private readonly options: { party: AudioFrame["party"]; wireRate: number }) {
    this.#resampler = createResampler({ from: options.wireRate, to: SAMPLE_RATE });
  }

  /** @returns the frames that are complete now; null for a double. */
  accept(frame: Pick<WireFrame, "position" | "samples">): AudioFrame[] | null {
    if (this.#expected !== frame.position) {
      const behind = (this.#expected ?? 0) - frame.position;
      if (behind > 0 && behind <= (REWIND_MS * this.options.wireRate) / 1000) return null;
      this.#startAt(frame.position);
    }
    this.#expected = frame.position + frame.samples.length;
    return this.#cut(this.#resampler.process(frame.samples));
  }

  #startAt(position: number): void {
    this.#resampler = createResampler({ from: this.options.wireRate, to: SAMPLE_RATE });
    this.#waiting = new Int16Array(0);
    this.#waitingAtMs = (position * 1000) / this.options.wireRate;
  }

  #cut(samples: Int16Array): AudioFrame[] {
    const all = new Int16Array(this.#waiting.length + samples.length);
    all.set(this.#waiting);
    all.set(samples, this.#waiting.length);
    const frames: AudioFrame[] = [];
    let start = 0;
    for (; start + FRAME_SAMPLES <= all.length; start += FRAME_SAMPLES) {
      const atMs = Math.round(this.#waitingAtMs);
      const own = all.slice(start, start + FRAME_SAMPLES);
      frames.push({ party: this.options.party, sequence: this.#sequence++, atMs, samples: own });
      this.#waitingAtMs += (FRAME_SAMPLES * 1000) / SAMPLE_RATE;
    }
    this.#waiting = all.slice(start);
    return frames;
  }
}

/** The voices of one call, each on its own track; what is no frame of a party is counted and dropped. */
export class InboundAudio {
  readonly #tracks = new Map<AudioFrame["party"], InboundTrack>();
  #wireRate: number = SAMPLE_RATE;

  constructor(
    private readonly options: {
      heard: (frame: AudioFrame) => void;
      fault: (kind: "badFrame" | "outOfOrder", reason: string) => void;
    },
  ) {}

  /** The gateway's rate, Hz; the tracks go on where it is the same as before. */
  useRate(wireRate: number): void {
    if (wireRate !== this.#wireRate) this.#tracks.clear();
    this.#wireRate = wireRate;
  }

  receive(bytes: Uint8Array): void {
    const { heard, fault } = this.options;
    const decoded = decodeFrame(bytes);
    if (!decoded.ok) {
      fault("badFrame", decoded.reason);
      return;
    }
    const party = toParty(decoded.frame.track);
    if (party === null) {
      fault("badFrame", "a frame on our own track");
      return;
    }
    const frames = this.#track(party).accept(decoded.frame);
    if (frames) for (const frame of frames) heard(frame);
    else fault("outOfOrder", "a frame of the past");
  }

  #track(party: AudioFrame["party"]): InboundTrack {
    const known = this.#tracks.get(party);
    if (known) return known;
    const track = new InboundTrack({ party, wireRate: this.#wireRate });
    this.#tracks.set(party, track);
    return track;
  }
}
