import type { WebSocket } from "ws";
import { createResampler, type Resampler } from "@/lib/audio/resample";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import {
  decodeFrame,
  encodeFrame,
  type MediaClientMessage,
  type MediaServerMessage,
  mediaClientMessageSchema,
  PROTOCOL_VERSION,
} from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { MediaPort, SwitchCall } from "./call";
import type { ServerHello } from "./control-session";
import type { LegFrame } from "./conversation";
import type { RateLimit } from "./garbage-limit";
import { type ClipOutcome, OutboundAudio } from "./outbound";
import { CLOSE, Peer } from "./peer";

/** A listener that is so far behind (about 1.5 s of two tracks at 16 kHz) loses frames instead of hearing the past. */
const MAX_BUFFERED_AUDIO_BYTES = 96_000;

type Track = { name: "caller" | "callee"; resampler: Resampler; sequence: number };

/** One media connection: the commands and the audio of one call. */
export class MediaSession implements MediaPort {
  readonly outbound: OutboundAudio;
  readonly connectorId: string;
  readonly #peer: Peer<MediaClientMessage>;
  readonly #caller: Track;
  readonly #callee: Track;
  #droppedFrames = 0;

  constructor(
    socket: WebSocket,
    private readonly options: {
      call: SwitchCall;
      connectorId: string;
      hello: ServerHello;
      rateLimit: RateLimit;
      /** @returns false where another client holds the call. */
      onGreeted: () => boolean;
      onClosed: () => void;
      onOutcome: (outcome: ClipOutcome) => void;
    },
    private readonly deps: { clock: Clock; logger: Logger },
  ) {
    const { hello, rateLimit, onOutcome } = options;
    const { sampleRate } = hello;
    this.connectorId = options.connectorId;
    this.#caller = { name: "caller", resampler: createResampler({ from: SAMPLE_RATE, to: sampleRate }), sequence: 0 };
    this.#callee = { name: "callee", resampler: createResampler({ from: SAMPLE_RATE, to: sampleRate }), sequence: 0 };
    this.outbound = new OutboundAudio({ sampleRate }, { send: (message) => this.send(message), onOutcome });
    this.#peer = new Peer(
      socket,
      {
        schema: mediaClientMessageSchema,
        heartbeatMs: hello.heartbeatMs,
        rateLimit,
        onMessage: (message) => this.#onMessage(message),
        onBinary: (bytes) => this.#onBinary(bytes),
        onClosed: () => this.#onClosed(),
      },
      deps,
    );
    this.#peer.send(hello);
  }

  send(message: MediaServerMessage): void {
    this.#peer.send(message);
  }

  end(): void {
    this.#peer.close(CLOSE.normal, "the call has ended");
  }

  close(): void {
    this.#peer.close(CLOSE.goingAway, "the switch stops");
  }

  /** Another connection of the same client has taken over. */
  replace(): void {
    this.#peer.reject({ code: "BUSY", message: "another media connection has taken this call over" });
  }

  sendAudio(frame: LegFrame, { withAgent }: { withAgent: boolean }): void {
    if (this.#peer.bufferedBytes > MAX_BUFFERED_AUDIO_BYTES) {
      this.#droppedFrames += 1;
      this.#caller.sequence += 1;
      if (withAgent) this.#callee.sequence += 1;
      return;
    }
    this.#sendTrack(this.#caller, { frame, samples: frame.callerSaid });
    if (withAgent) this.#sendTrack(this.#callee, { frame, samples: frame.agentSaid });
  }

  #sendTrack(track: Track, { frame, samples }: { frame: LegFrame; samples: Int16Array }): void {
    const { sampleRate } = this.options.hello;
    const bytes = encodeFrame({
      track: track.name,
      mode: frame.mode ?? "none",
      sequence: track.sequence,
      playId: 0,
      position: (frame.index * FRAME_SAMPLES * sampleRate) / SAMPLE_RATE,
      samples: sampleRate === SAMPLE_RATE ? samples : track.resampler.process(samples),
    });
    track.sequence += 1;
    this.#peer.sendBinary(bytes);
  }

  #onMessage(message: MediaClientMessage): void {
    const { call } = this.options;
    switch (message.type) {
      case "hello":
        this.#onHello(message);
        return;
      case "play": {
        const { playId, mode, samples = null } = message;
        const fault = this.outbound.play({ playId, mode, samples }, call.conference);
        if (fault) this.#peer.fault(fault);
        return;
      }
      case "end": {
        const fault = this.outbound.end(message);
        if (fault) this.#peer.fault(fault);
        return;
      }
      case "command":
        call.command(message, {
          reply: (outcome) => {
            const { state, mode } = call.status;
            this.send({ type: "result", id: message.id, ok: !outcome.error, state, mode, ...outcome });
          },
        });
        return;
      default:
    }
  }

  #onHello(hello: Extract<MediaClientMessage, { type: "hello" }>): void {
    const { sampleRate } = this.options.hello;
    if (hello.version !== PROTOCOL_VERSION) {
      this.#peer.reject({ code: "UNSUPPORTED_VERSION", message: `this server speaks ${PROTOCOL_VERSION}` });
      return;
    }
    if (hello.sampleRate !== sampleRate) {
      this.#peer.reject({
        code: "BAD_MESSAGE",
        message: `sampleRate: this server's audio has ${sampleRate} Hz, see its hello`,
      });
      return;
    }
    if (!this.#peer.greeted && !this.options.onGreeted()) {
      this.#peer.reject({ code: "BUSY", message: "another connector holds this call" });
      return;
    }
    this.#peer.greet();
    this.send({ type: "call", call: this.options.call.wire });
  }

  #onBinary(bytes: Uint8Array): void {
    const decoded = decodeFrame(bytes);
    if (!decoded.ok) {
      const code = decoded.reason.includes("at most") ? "TOO_LARGE" : "BAD_FRAME";
      this.#peer.fault({ code, message: decoded.reason });
      return;
    }
    const fault = this.outbound.frame(decoded.frame);
    if (fault) this.#peer.fault(fault);
  }

  #onClosed(): void {
    if (this.#droppedFrames > 0)
      this.deps.logger.warn({ droppedFrames: this.#droppedFrames }, "slow listener lost audio");
    this.options.onClosed();
  }
}
