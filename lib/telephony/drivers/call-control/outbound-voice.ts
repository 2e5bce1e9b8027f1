import { createResampler, type Resampler } from "@/lib/audio/resample";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { encodeFrame } from "@/lib/contract/call-control";
import type { LiveVoice, PlayResult, SpeakRequest } from "@/lib/telephony/gateway";
import { toWireMode } from "./mapper";
import { VOICE_END_LIMIT_MS } from "./options";
import { type ClipLine, type ClipMessage, type Ending, MAX_FRAME_SAMPLES } from "./outbound";

const GONE_SILENT = {
  outcome: "interrupted",
  code: null,
  message: "the gateway heard nothing for a while and ended the voice",
} as const;

/**
 * One person's voice on its way out: announced, sent frame by frame as far as the server has granted, and over when the
 * server says so. Nothing is kept for later, so it is never late. The mode is checked before each frame.
 */
export class OutboundVoice implements LiveVoice {
  readonly playId: number;
  readonly result: Promise<PlayResult>;
  readonly #request: SpeakRequest;
  readonly #resampler: Resampler;
  #finish: (result: PlayResult) => void = () => {};
  #isOver = false;
  #isEnded = false;
  /** Set once an interrupt is under way: no frame goes out any more, and how this will end. */
  #stopping: Omit<Ending, "playedSamples"> | null = null;
  #sent = 0;
  /** Samples that the server refused, as it said last. */
  #refusedSamples = 0;
  #sequence = 0;
  #credit = 0;
  #firstFrameAt: number | null = null;
  #cancelLimit: () => void = () => {};

  constructor(
    voice: { playId: number; request: SpeakRequest },
    private readonly line: ClipLine,
  ) {
    this.playId = voice.playId;
    this.#request = voice.request;
    this.#resampler = createResampler({ from: SAMPLE_RATE, to: line.wireRate });
    this.result = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Announces the voice; frames go out as soon as there is credit. */
  start(): void {
    const { mode } = this.#request;
    const doubt = this.line.doubt(mode);
    if (doubt) this.#over({ outcome: "refused", ...doubt, playedSamples: 0 });
    else if (!this.line.send({ type: "play", playId: this.playId, mode, live: true }))
      this.lost({ code: "CONNECTION_LOST", message: "the call's media connection is away" });
  }

  push(samples: Int16Array): boolean {
    this.modeChanged();
    if (this.#isOver || this.#isEnded || this.#stopping) return false;
    const wire = this.#resampler.process(samples);
    if (wire.length === 0 || wire.length > Math.min(this.#credit, MAX_FRAME_SAMPLES)) return false;
    const { playId, line } = this;
    const mode = toWireMode(this.#request.mode);
    const frame = { track: "outbound", mode, sequence: this.#sequence, playId, position: 0, samples: wire } as const;
    // A failed send is followed by the connection's own loss, which ends the voice.
    if (!line.sendBinary(encodeFrame(frame))) return false;
    this.#sequence += 1;
    this.#sent += wire.length;
    this.#credit -= wire.length;
    if (this.#firstFrameAt === null) {
      this.#firstFrameAt = line.clock.now();
      this.#tellStarted();
    }
    return true;
  }

  end(): void {
    if (this.#isOver || this.#isEnded || this.#stopping) return;
    this.#isEnded = true;
    this.line.send({ type: "end", playId: this.playId });
    const late = { outcome: "failed", code: "TIMEOUT", message: "the gateway did not end the voice in time" } as const;
    this.#cancelLimit = this.line.clock.after(VOICE_END_LIMIT_MS, () => this.#interrupt(late));
  }

  cut(): void {
    this.#interrupt({ outcome: "interrupted", code: null, message: null });
  }

  receive(message: ClipMessage): void {
    if (this.#isOver) return;
    if (message.type === "credit") this.#credit += message.samples;
    else if (message.type === "drained") this.#drained(message.playedSamples);
    else this.#refused(message);
  }

  /** The confirmed mode changed, or is not known any more. */
  modeChanged(): void {
    const doubt = this.#isOver || this.#stopping ? null : this.line.doubt(this.#request.mode);
    if (doubt) this.#interrupt({ outcome: "refused", ...doubt });
  }

  /** The line or the call is gone: what was heard is only known roughly. */
  lost(reason: { code: string; message: string }): void {
    this.#over({ outcome: "failed", ...reason, playedSamples: this.#estimate() });
  }

  #tellStarted(): void {
    try {
      this.#request.onStarted?.();
    } catch (error) {
      this.line.logger.error({ err: error }, "onStarted of a live voice failed");
    }
  }

  #drained(samples: number): void {
    const playedSamples = Math.min(samples, this.#sent);
    const ending = this.#isEnded ? ({ outcome: "played", code: null, message: null } as const) : GONE_SILENT;
    this.#over({ ...(this.#stopping ?? ending), playedSamples });
  }

  #refused({ code, samples }: Extract<ClipMessage, { type: "refused" }>): void {
    this.#refusedSamples = Math.max(this.#refusedSamples, samples);
    const ending = { outcome: "refused", code, message: "the gateway refused the voice" } as const;
    if (this.#sent <= samples) this.#over({ ...ending, playedSamples: 0 });
    else this.#interrupt(ending);
  }

  #interrupt(ending: Omit<Ending, "playedSamples">): void {
    if (this.#isOver || this.#stopping) return;
    this.#stopping = ending;
    this.#cancelLimit();
    // A voice that was refused meanwhile answers its end with all that was refused, also what was still under way.
    if (!this.#isEnded) this.line.send({ type: "end", playId: this.playId });
    this.line.interrupt().then(
      (flushed) => this.#over({ ...ending, playedSamples: Math.max(0, this.#sent - flushed - this.#refusedSamples) }),
      (error: unknown) => {
        const message = `the interrupt was not confirmed: ${error instanceof Error ? error.message : "unknown"}`;
        this.#over({ outcome: "failed", code: "INTERRUPT_FAILED", message, playedSamples: this.#estimate() });
      },
    );
  }

  #estimate(): number {
    if (this.#firstFrameAt === null) return 0;
    const elapsedMs = this.line.clock.now() - this.#firstFrameAt;
    return Math.min(this.#sent, Math.round((elapsedMs * this.line.wireRate) / 1000));
  }

  #over({ playedSamples, ...ending }: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelLimit();
    this.#finish({ ...ending, playedMs: Math.round((playedSamples * 1000) / this.line.wireRate) });
  }
}
