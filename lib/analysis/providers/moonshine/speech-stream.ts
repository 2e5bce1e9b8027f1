import { FrameSplitter } from "@/lib/audio/frame";
import { SampleRingBuffer } from "@/lib/audio/ring-buffer";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import {
  EARLY_SILENCE,
  FIRST_PARTIAL_MS,
  GAP_TOLERANCE_MS,
  MAX_FILLED_GAP_MS,
  MAX_UTTERANCE,
  PARTIAL_SPACING_SHARE,
  PRE_ROLL,
  SHORT_PAD_AFTER,
  SHORT_PAD_BEFORE,
  SHORT_SPEECH,
  WINDOW_SAMPLES,
} from "./constants";
import { Endpointer, type Stretch } from "./endpointer";
import type { IngestReply } from "./types";
import type { VoiceDetector } from "./voice-activity";

const SAMPLES_PER_MS = SAMPLE_RATE / 1000;

/** One party of one call on its way from frames to pieces of speech worth decoding. Runs in the ingest worker. */
export class SpeechStream {
  readonly #stream: number;
  readonly #prefix: string;
  readonly #detect: VoiceDetector;
  readonly #emit: (reply: IngestReply) => void;
  readonly #windows = new FrameSplitter({ frameSamples: WINDOW_SAMPLES });
  readonly #audio = new SampleRingBuffer({ capacity: MAX_UTTERANCE + PRE_ROLL + SAMPLE_RATE });
  readonly #endpointer = new Endpointer();
  /** Place on the call's clock of the stream's first sample; moves when a hole is skipped. */
  #originMs: number | undefined;
  #ordinal: number;
  /** End of the speech that has been offered early. */
  #earlyTo: number | undefined;
  #lastPartial: { at: number; speechTo: number } | undefined;

  constructor(deps: {
    stream: number;
    utterancePrefix: string;
    /** Number of its first utterance; more than 1 where the stream goes on after a restart. */
    firstOrdinal: number;
    detect: VoiceDetector;
    emit: (reply: IngestReply) => void;
  }) {
    this.#stream = deps.stream;
    this.#ordinal = deps.firstOrdinal;
    this.#prefix = deps.utterancePrefix;
    this.#detect = deps.detect;
    this.#emit = deps.emit;
  }

  /** Takes a frame in; `partialsEveryMs` null: no partials now. Frames from the past are ignored. */
  async accept(frame: { atMs: number; samples: Int16Array; partialsEveryMs: number | null }): Promise<void> {
    this.#originMs ??= frame.atMs;
    const gapMs = frame.atMs - this.#toMs(this.#audio.end);
    if (gapMs < -GAP_TOLERANCE_MS) return;
    if (gapMs > MAX_FILLED_GAP_MS) this.#skipTo(frame.atMs);
    else if (gapMs > GAP_TOLERANCE_MS)
      await this.#hear(new Int16Array(Math.round(gapMs * SAMPLES_PER_MS)), frame.partialsEveryMs);
    await this.#hear(frame.samples, frame.partialsEveryMs);
  }

  /** Ends the utterance under way, if any, as a final. */
  finish(): void {
    this.#tell(this.#endpointer.flush());
  }

  async #hear(samples: Int16Array, partialsEveryMs: number | null): Promise<void> {
    this.#audio.write(samples);
    for (const window of this.#windows.push(samples)) {
      const energy = window.reduce((sum, sample) => sum + sample * sample, 0);
      this.#tell(this.#endpointer.accept({ probability: await this.#detect(window), energy }));
      if (partialsEveryMs === null) continue;
      this.#offerEarly();
      this.#offerPartial(partialsEveryMs);
    }
  }

  #skipTo(atMs: number): void {
    this.finish();
    this.#originMs = atMs - this.#audio.end / SAMPLES_PER_MS;
  }

  #tell(events: ReturnType<Endpointer["accept"]>): void {
    for (const event of events) {
      if (event.type === "voice")
        this.#emit({ type: "voice", stream: this.#stream, speaking: event.speaking, atMs: this.#toMs(event.at) });
      else {
        this.#emitPiece(event, { final: true });
        this.#ordinal += 1;
        this.#lastPartial = undefined;
      }
    }
  }

  /** Once a pause: what would be the final if the pause turns out to be the end. */
  #offerEarly(): void {
    const current = this.#endpointer.current;
    if (!current || this.#endpointer.silence < EARLY_SILENCE || this.#earlyTo === current.speechTo) return;
    this.#earlyTo = current.speechTo;
    this.#lastPartial = { at: current.to, speechTo: current.speechTo };
    this.#emitPiece(current, { final: false, early: true });
  }

  /** A partial is due after the interval, where more has been said since the last one. */
  #offerPartial(everyMs: number): void {
    const current = this.#endpointer.current;
    if (!current) return;
    const lengthMs = (current.to - current.speechFrom) / SAMPLES_PER_MS;
    const spacingMs = Math.max(everyMs, lengthMs * PARTIAL_SPACING_SHARE);
    const sinceMs = this.#lastPartial ? (current.to - this.#lastPartial.at) / SAMPLES_PER_MS : undefined;
    const due = sinceMs === undefined ? lengthMs >= FIRST_PARTIAL_MS : sinceMs >= spacingMs;
    if (!due || current.speechTo <= (this.#lastPartial?.speechTo ?? 0)) return;
    this.#lastPartial = { at: current.to, speechTo: current.speechTo };
    this.#emitPiece(current, { final: false });
  }

  #emitPiece(stretch: Stretch, { final, early = false }: { final: boolean; early?: boolean }): void {
    const startMs = this.#toMs(stretch.speechFrom);
    this.#emit({
      type: "piece",
      piece: {
        stream: this.#stream,
        utteranceId: `${this.#prefix}-${this.#ordinal}`,
        ordinal: this.#ordinal,
        final,
        early,
        startMs,
        endMs: Math.max(startMs, this.#toMs(stretch.speechTo)),
        samples: padIfShort(this.#audio.read(stretch), stretch.speechTo - stretch.speechFrom),
      },
    });
  }

  #toMs(sample: number): number {
    return Math.max(0, Math.round((this.#originMs ?? 0) + sample / SAMPLES_PER_MS));
  }
}

function padIfShort(samples: Int16Array, speech: number): Int16Array {
  if (speech >= SHORT_SPEECH) return samples;
  const padded = new Int16Array(SHORT_PAD_BEFORE + samples.length + SHORT_PAD_AFTER);
  padded.set(samples, SHORT_PAD_BEFORE);
  return padded;
}
