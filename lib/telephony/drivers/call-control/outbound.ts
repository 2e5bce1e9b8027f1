import { resample } from "@/lib/audio/resample";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import {
  encodeFrame,
  FRAME_HEADER_BYTES,
  MAX_BINARY_BYTES,
  type MediaClientMessage,
  type MediaServerMessage,
} from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { PlayRequest, PlayResult } from "@/lib/telephony/gateway";
import { toWireMode } from "./mapper";
import { PLAY_MARGIN_MS } from "./options";

/** What a clip needs of its call. */
export type ClipLine = {
  clock: Clock;
  logger: Logger;
  wireRate: number;
  frameMs: number;
  send: (message: MediaClientMessage) => boolean;
  sendBinary: (bytes: Uint8Array) => boolean;
  /** Why nothing may be played for this mode now; null: confirmed. */
  doubt: (mode: PlayRequest["mode"]) => { code: string; message: string } | null;
  /** Flushes both sides. @returns samples thrown away */
  interrupt: () => Promise<number>;
};

export type ClipMessage = Extract<MediaServerMessage, { type: "credit" | "drained" | "refused" }>;
/** A frame must fit the protocol's limit whatever frame length a server names. */
export const MAX_FRAME_SAMPLES = (MAX_BINARY_BYTES - FRAME_HEADER_BYTES) / 2;
export type Ending = Omit<PlayResult, "playedMs"> & { playedSamples: number };

const THROWN_AWAY = {
  outcome: "interrupted",
  code: null,
  message: "the gateway threw the rest of the clip away",
} as const;

/**
 * One clip on its way out: announced, sent as the server pulls, and over when the server says that the last sample was
 * heard. The mode is checked before the announcement and again before each frame; once over, nothing more is sent.
 */
export class OutboundClip {
  readonly playId: number;
  readonly result: Promise<PlayResult>;
  readonly #request: PlayRequest;
  readonly #samples: Int16Array;
  #finish: (result: PlayResult) => void = () => {};
  #over = false;
  /** Set once an interrupt is under way: no frame goes out any more, and how this will end. */
  #stopping: Omit<Ending, "playedSamples"> | null = null;
  #sent = 0;
  #sequence = 0;
  #credit = 0;
  #firstFrameAt: number | null = null;
  #cancelLimit: () => void = () => {};
  readonly #onAbort = () => this.#interrupt({ outcome: "interrupted", code: null, message: null });

  constructor(
    clip: { playId: number; request: PlayRequest },
    private readonly line: ClipLine,
  ) {
    const { playId, request } = clip;
    this.playId = playId;
    this.#request = request;
    this.#samples = resample(request.samples, { from: SAMPLE_RATE, to: line.wireRate });
    this.result = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Announces the clip; audio follows as soon as there is credit. */
  start(): void {
    const { signal, mode } = this.#request;
    if (signal?.aborted) {
      this.#end({ outcome: "interrupted", code: null, message: null, playedSamples: 0 });
      return;
    }
    const doubt = this.line.doubt(mode);
    if (doubt) {
      this.#end({ outcome: "refused", ...doubt, playedSamples: 0 });
      return;
    }
    const samples = this.#samples.length;
    if (samples === 0) {
      this.#end({ outcome: "played", code: null, message: null, playedSamples: 0 });
      return;
    }
    if (!this.line.send({ type: "play", playId: this.playId, mode, samples })) {
      this.lost({ code: "CONNECTION_LOST", message: "the call's media connection is away" });
      return;
    }
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#cancelLimit = this.line.clock.after(this.#toMs(samples) + PLAY_MARGIN_MS, () =>
      this.#interrupt({ outcome: "failed", code: "TIMEOUT", message: "the gateway did not finish the clip in time" }),
    );
  }

  receive(message: ClipMessage): void {
    if (this.#over) return;
    if (message.type === "credit") this.#pull(message.samples);
    else if (message.type === "drained") this.#drained(message.playedSamples);
    else this.#refused(message);
  }

  /** The confirmed mode changed, or is not known any more. */
  modeChanged(): void {
    const doubt = this.#over || this.#stopping ? null : this.line.doubt(this.#request.mode);
    if (doubt) this.#interrupt({ outcome: "refused", ...doubt });
  }

  /** The line or the call is gone: what was heard is only known roughly. */
  lost(reason: { code: string; message: string }): void {
    this.#end({ outcome: "failed", ...reason, playedSamples: this.#estimate() });
  }

  #pull(samples: number): void {
    this.#credit += samples;
    const frameSamples = Math.min(MAX_FRAME_SAMPLES, Math.round((this.line.wireRate * this.line.frameMs) / 1000));
    while (!this.#stopping && !this.#over && this.#credit > 0 && this.#sent < this.#samples.length) {
      if (this.line.doubt(this.#request.mode)) {
        this.modeChanged();
        return;
      }
      const count = Math.min(frameSamples, this.#credit, this.#samples.length - this.#sent);
      if (!this.#sendFrame(count)) return;
    }
  }

  #sendFrame(count: number): boolean {
    const frame = encodeFrame({
      track: "outbound",
      mode: toWireMode(this.#request.mode),
      sequence: this.#sequence,
      playId: this.playId,
      position: 0,
      samples: this.#samples.subarray(this.#sent, this.#sent + count),
    });
    // A failed send is followed by the connection's own loss, which ends the clip.
    if (!this.line.sendBinary(frame)) return false;
    this.#sequence += 1;
    this.#sent += count;
    this.#credit -= count;
    const isLast = this.#sent >= this.#samples.length;
    if (isLast) this.line.send({ type: "end", playId: this.playId });
    if (this.#firstFrameAt === null) {
      this.#firstFrameAt = this.line.clock.now();
      this.#tellStarted();
    }
    return true;
  }

  #tellStarted(): void {
    try {
      this.#request.onStarted?.();
    } catch (error) {
      this.line.logger.error({ err: error }, "onStarted of a clip failed");
    }
  }

  #drained(samples: number): void {
    const playedSamples = Math.min(samples, this.#sent);
    const complete = playedSamples >= this.#samples.length;
    if (complete && this.#stopping?.outcome !== "refused")
      this.#end({ outcome: "played", code: null, message: null, playedSamples });
    else this.#end({ ...(this.#stopping ?? THROWN_AWAY), playedSamples });
  }

  #refused({ code, samples }: Extract<ClipMessage, { type: "refused" }>): void {
    const playedSamples = Math.min(this.#estimate(), Math.max(0, this.#sent - samples));
    this.#end({ outcome: "refused", code, message: "the gateway refused the audio", playedSamples });
  }

  #interrupt(ending: Omit<Ending, "playedSamples">): void {
    if (this.#over || this.#stopping) return;
    this.#stopping = ending;
    this.line.interrupt().then(
      (flushed) => this.#end({ ...ending, playedSamples: Math.max(0, this.#sent - flushed) }),
      (error: unknown) => {
        const message = `the interrupt was not confirmed: ${error instanceof Error ? error.message : "unknown"}`;
        this.#end({ outcome: "failed", code: "INTERRUPT_FAILED", message, playedSamples: this.#estimate() });
      },
    );
  }

  #estimate(): number {
    if (this.#firstFrameAt === null) return 0;
    const elapsedMs = this.line.clock.now() - this.#firstFrameAt;
    return Math.min(this.#sent, Math.round((elapsedMs * this.line.wireRate) / 1000));
  }

  #end({ playedSamples, ...ending }: Ending): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelLimit();
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
    this.#finish({ ...ending, playedMs: Math.round(this.#toMs(playedSamples)) });
  }

  #toMs(samples: number): number {
    return (samples * 1000) / this.line.wireRate;
  }
}
