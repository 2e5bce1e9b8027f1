import { createResampler, type Resampler } from "@/lib/audio/resample";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Mode } from "@/lib/contract/call";
import type { MediaServerMessage, ProtocolErrorCode, WireFrame } from "@/lib/contract/call-control";
import type { Conference } from "./mixer";

/** So much audio is asked for ahead of the mixer, and further credit comes in steps of a quarter of it. */
export const PREFETCH_MS = 800;
/** A clip whose sender says nothing for so long is given up (500 frames of 20 ms). */
const STARVED_FRAMES = 500;
/** Clips remembered after their end: frames of theirs that were under way are no fault of the sender. */
const REMEMBERED_CLIPS = 64;

type OutboundMessage = Extract<MediaServerMessage, { type: "credit" | "drained" | "refused" }>;

/** How a clip ended; samples at the connection's rate. */
export type ClipOutcome = {
  playId: number;
  mode: Mode | null;
  announcedSamples: number;
  receivedSamples: number;
  playedSamples: number;
  /** Null: played or interrupted. */
  refusal: ProtocolErrorCode | null;
};

type Play = {
  playId: number;
  mode: Mode | null;
  announced: number;
  granted: number;
  received: number;
  /** Samples given to the mixer, at 16 kHz. */
  mixed: number;
  nextSequence: number;
  ended: boolean;
  starved: number;
  chunks: Int16Array[];
  /** Samples waiting in `chunks`, at 16 kHz, without the first `offset`. */
  queued: number;
  offset: number;
  resampler: Resampler;
};

type Closed = { code: ProtocolErrorCode | null; samples: number; reported: number };
/** A frame or message that no well-behaved client sends; the clip, if there is one, is refused as well. */
export type OutboundFault = { code: ProtocolErrorCode; message: string };

/**
 * The audio a client sends into one call: credit, order, and the rule that a sample is mixed only while the confirmed mode
 * is the one it was meant for. Everything else is refused and counted.
 */
export class OutboundAudio {
  #play: Play | null = null;
  readonly #closed = new Map<number, Closed>();
  readonly #prefetch: number;

  constructor(
    private readonly options: { sampleRate: number },
    private readonly deps: { send: (message: OutboundMessage) => void; onOutcome: (outcome: ClipOutcome) => void },
  ) {
    this.#prefetch = (options.sampleRate * PREFETCH_MS) / 1000;
  }

  /** Announces a clip: answered with credit or refused. */
  play(
    clip: { playId: number; mode: Mode | null; samples: number },
    conference: Conference | null,
  ): OutboundFault | null {
    const { playId, mode, samples } = clip;
    if (this.#play?.playId === playId || this.#closed.has(playId))
      return { code: "BAD_MESSAGE", message: `playId ${playId} was used before on this connection` };
    const play: Play = {
      playId,
      mode,
      announced: samples,
      granted: 0,
      received: 0,
      mixed: 0,
      nextSequence: 0,
      ended: false,
      starved: 0,
      chunks: [],
      queued: 0,
      offset: 0,
      resampler: createResampler({ from: this.options.sampleRate, to: SAMPLE_RATE }),
    };
    const refusal = this.#play ? "BUSY" : refusalOf(mode, conference);
    if (refusal) this.#refuse(play, refusal);
    else {
      this.#play = play;
      this.#grant(play);
    }
    return null;
  }

  /** Takes a frame into the queue. */
  frame(frame: WireFrame): OutboundFault | null {
    const play = this.#play;
    if (frame.track !== "outbound")
      return { code: "BAD_FRAME", message: `a client sends track outbound, not ${frame.track}` };
    if (play?.playId !== frame.playId) return this.#late(frame);
    play.received += frame.samples.length;
    const fault = faultOf(frame, play);
    if (fault) {
      this.#play = null;
      this.#refuse(play, fault.code);
      return fault;
    }
    play.nextSequence += 1;
    this.#enqueue(play, frame.samples);
    return null;
  }

  /** No more frames of this clip. */
  end({ playId }: { playId: number }): OutboundFault | null {
    const play = this.#play;
    if (play?.playId === playId) {
      if (!play.ended) {
        play.ended = true;
        this.#flushResampler(play);
        if (play.queued === 0) this.#drained(play);
      }
      return null;
    }
    const closed = this.#closed.get(playId);
    if (!closed) return { code: "BAD_MESSAGE", message: `clip ${playId} was never announced` };
    if (closed.code && closed.samples > closed.reported) {
      closed.reported = closed.samples;
      this.deps.send({ type: "refused", playId, code: closed.code, samples: closed.samples });
    }
    return null;
  }

  /** Throws away what waits. @returns the samples thrown away, at the connection's rate. */
  interrupt(): number {
    const play = this.#play;
    if (!play) return 0;
    this.#drained(play);
    return play.received - this.#played(play);
  }

  /** The connection is gone: nobody is told, nothing is kept. */
  abandon(): void {
    const play = this.#play;
    this.#play = null;
    if (play) this.deps.onOutcome(this.#outcome(play, null));
  }

  /** Fills `into` with the next 20 ms at 16 kHz. @returns whether there was anything to say in this conference. */
  take(into: Int16Array, conference: Conference): boolean {
    const play = this.#play;
    if (!play) return false;
    const refusal = refusalOf(play.mode, conference);
    if (refusal) {
      this.#play = null;
      this.#refuse(play, refusal);
      return false;
    }
    if (play.queued < FRAME_SAMPLES && !play.ended) {
      play.starved += 1;
      if (play.starved >= STARVED_FRAMES) {
        this.#play = null;
        this.#refuse(play, "TIMEOUT");
      }
      return false;
    }
    play.starved = 0;
    dequeue(play, into);
    if (play.ended && play.queued === 0) this.#drained(play);
    else this.#grant(play);
    return true;
  }

  #enqueue(play: Play, samples: Int16Array): void {
    const chunk = this.options.sampleRate === SAMPLE_RATE ? samples : play.resampler.process(samples);
    if (chunk.length === 0) return;
    play.chunks.push(chunk);
    play.queued += chunk.length;
  }

  /** The filter still holds the end of the clip. */
  #flushResampler(play: Play): void {
    const { delaySamples } = play.resampler;
    if (delaySamples > 0 && play.received > 0)
      this.#enqueue(play, new Int16Array(Math.ceil((delaySamples * this.options.sampleRate) / SAMPLE_RATE)));
  }

  #grant(play: Play): void {
    const wanted = Math.min(play.announced, this.#played(play) + this.#prefetch);
    const samples = wanted - play.granted;
    if (samples <= 0 || (samples < this.#prefetch / 4 && wanted < play.announced)) return;
    play.granted = wanted;
    this.deps.send({ type: "credit", playId: play.playId, samples });
  }

  /** A frame of a clip that is over is dropped and, where it was refused, counted. */
  #late(frame: WireFrame): OutboundFault | null {
    const closed = this.#closed.get(frame.playId);
    if (!closed) return { code: "BAD_FRAME", message: `clip ${frame.playId} was never announced` };
    closed.samples += frame.samples.length;
    return null;
  }

  #played(play: Play): number {
    return Math.min(play.received, Math.floor((play.mixed * this.options.sampleRate) / SAMPLE_RATE));
  }

  #drained(play: Play): void {
    this.#play = null;
    this.#remember(play.playId, { code: null, samples: 0, reported: 0 });
    this.deps.onOutcome(this.#outcome(play, null));
    this.deps.send({ type: "drained", playId: play.playId, playedSamples: this.#played(play) });
  }

  #refuse(play: Play, code: ProtocolErrorCode): void {
    const samples = play.received - this.#played(play);
    this.#remember(play.playId, { code, samples, reported: samples });
    this.deps.onOutcome(this.#outcome(play, code));
    this.deps.send({ type: "refused", playId: play.playId, code, samples });
  }

  #remember(playId: number, closed: Closed): void {
    this.#closed.set(playId, closed);
    const oldest = this.#closed.keys().next();
    if (this.#closed.size > REMEMBERED_CLIPS && !oldest.done) this.#closed.delete(oldest.value);
  }

  #outcome(play: Play, refusal: ProtocolErrorCode | null): ClipOutcome {
    const { playId, mode, announced, received } = play;
    const playedSamples = this.#played(play);
    return { playId, mode, announcedSamples: announced, receivedSamples: received, playedSamples, refusal };
  }
}

/** @returns why audio meant for `mode` may not be heard now, or null. */
function refusalOf(mode: Mode | null, conference: Conference | null): ProtocolErrorCode | null {
  if (conference === null || conference.phase === "left") return "WRONG_STATE";
  if (conference.phase === "answered") return mode === null ? null : "MODE_NOT_CONFIRMED";
  // In spy nobody hears us, so there is nothing that could be played.
  return mode === conference.mode && mode !== "spy" ? null : "MODE_MISMATCH";
}

function faultOf(frame: WireFrame, play: Play): OutboundFault | null {
  if (frame.mode !== (play.mode ?? "none"))
    return { code: "MODE_MISMATCH", message: `the frame is for ${frame.mode}, its clip for ${play.mode ?? "none"}` };
  if (play.received > play.granted)
    return { code: "CREDIT_EXCEEDED", message: `${play.received} samples sent, ${play.granted} granted` };
  if (play.ended) return { code: "BAD_FRAME", message: "a frame after the clip's end" };
  if (frame.sequence !== play.nextSequence)
    return { code: "BAD_FRAME", message: `sequence ${frame.sequence}, expected ${play.nextSequence}` };
  return null;
}

function dequeue(play: Play, into: Int16Array): void {
  let filled = 0;
  while (filled < into.length) {
    const chunk = play.chunks[0];
    if (!chunk) break;
    const part = chunk.subarray(play.offset, play.offset + into.length - filled);
    into.set(part, filled);
    filled += part.length;
    play.offset += part.length;
    if (play.offset < chunk.length) continue;
    play.chunks.shift();
    play.offset = 0;
  }
  into.fill(0, filled);
  play.queued -= filled;
  play.mixed += filled;
}
