import type { Mode } from "@/lib/contract/call";
import type { MediaServerMessage, ProtocolErrorCode, WireFrame } from "@/lib/contract/call-control";
import { LivePacing } from "./live-voice";
import type { Conference } from "./mixer";
import { ClipPacing, type Pacing } from "./outbound-pacing";
import { OutboundQueue } from "./outbound-queue";
import { faultOf, type OutboundFault, refusalOf } from "./outbound-rules";

/** Clips remembered after their end: frames of theirs that were under way are no fault of the sender. */
const REMEMBERED_CLIPS = 64;

type OutboundMessage = Extract<MediaServerMessage, { type: "credit" | "drained" | "refused" }>;

/** How a clip or a live voice ended; samples at the connection's rate. */
export type ClipOutcome = {
  playId: number;
  mode: Mode | null;
  /** Null: a live voice. */
  announcedSamples: number | null;
  receivedSamples: number;
  playedSamples: number;
  /** Null: played or interrupted. */
  refusal: ProtocolErrorCode | null;
};

type Play = {
  playId: number;
  mode: Mode | null;
  pacing: Pacing;
  queue: OutboundQueue;
  granted: number;
  received: number;
  nextSequence: number;
  ended: boolean;
};

type Closed = { code: ProtocolErrorCode | null; samples: number; reported: number };
/**
 * The audio a client sends into one call, one clip or live voice at a time: credit, order, and the rule that a sample is mixed
 * only while the confirmed mode is the one it was meant for. Everything else is refused and counted.
 */
export class OutboundAudio {
  #play: Play | null = null;
  readonly #closed = new Map<number, Closed>();

  constructor(
    private readonly options: { sampleRate: number },
    private readonly deps: { send: (message: OutboundMessage) => void; onOutcome: (outcome: ClipOutcome) => void },
  ) {}

  /** Announces a clip, or, where `samples` is null, a live voice: answered with credit or refused. */
  play(
    clip: { playId: number; mode: Mode | null; samples: number | null },
    conference: Conference | null,
  ): OutboundFault | null {
    const { playId, mode, samples } = clip;
    if (this.#play?.playId === playId || this.#closed.has(playId))
      return { code: "BAD_MESSAGE", message: `playId ${playId} was used before on this connection` };
    const pacing = samples === null ? new LivePacing(this.options) : new ClipPacing(samples, this.options);
    const queue = new OutboundQueue(this.options);
    const play: Play = { playId, mode, pacing, queue, granted: 0, received: 0, nextSequence: 0, ended: false };
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
    play.queue.push(frame.samples);
    play.pacing.arrived(play.queue);
    this.#grant(play);
    return null;
  }

  /** No more frames of this clip. */
  end({ playId }: { playId: number }): OutboundFault | null {
    const play = this.#play;
    if (play?.playId === playId) {
      if (!play.ended) {
        play.ended = true;
        if (play.received > 0) play.queue.finish();
        if (play.queue.length === 0) this.#drained(play);
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
    const { pacing, queue } = play;
    const next = pacing.next(queue, { isEnded: play.ended });
    if (next === "play") queue.take(into);
    if (next === "starved") this.#starved(play);
    else if (play.ended && queue.length === 0) this.#drained(play);
    else this.#grant(play);
    return next === "play";
  }

  #starved(play: Play): void {
    const code = play.pacing.starvedCode;
    if (code === null) {
      this.#drained(play);
      return;
    }
    this.#play = null;
    this.#refuse(play, code);
  }

  #grant(play: Play): void {
    const samples = play.pacing.grant({ granted: play.granted, gone: Math.min(play.received, play.queue.gone) });
    if (samples <= 0) return;
    play.granted += samples;
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
    return Math.min(play.received, play.queue.mixed);
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
    const { playId, mode, pacing, received } = play;
    const playedSamples = this.#played(play);
    return { playId, mode, announcedSamples: pacing.announced, receivedSamples: received, playedSamples, refusal };
  }
}
