import { randomUUID } from "node:crypto";
import type { AudioFrame } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import { type CallId, utteranceIdSchema } from "@/lib/contract/ids";
import type { TranscriptionLevel } from "@/lib/contract/transcript";
import { type Clock, systemClock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { Transcriber, TranscriberEvents } from "../../transcriber";
import { LEVEL_DETAILS, RESTARTING, STOPPED } from "./constants";
import { DecoderPool } from "./decoder-pool";
import { LoadShedding, partialInterval } from "./load-shedding";
import { missingModelFiles } from "./model-files";
import { TranscriberListeners } from "./transcriber-listeners";
import type { IngestReply, IngestRequest, Piece } from "./types";
import { WorkerThread } from "./worker-thread";

const MEASURE_EVERY_MS = 1000;
const DECODE_WORKERS = 2;
/** A rougher line now beats a good one that comes when nobody needs it. */
const ROUGH_FINALS_AFTER_MS = 10_000;
const MAX_TEXT = 4000;

type Leg = { callId: CallId; party: Party };
type Stream = Leg & {
  number: number;
  utterancePrefix: string;
  /** Highest utterance seen; partials up to `staleOrdinal` come too late. */
  lastOrdinal: number;
  staleOrdinal: number;
  /** The newest utterance that has ended, and the one whose partial is on the screens. */
  endedId: Piece["utteranceId"] | undefined;
  shownId: Piece["utteranceId"] | undefined;
  /** The ingest worker has given its last piece. */
  drained: boolean;
  /** Set once it is being closed. */
  resolveClose: (() => void) | undefined;
};

export type MoonshineOptions = {
  modelsDir: string;
  logger: Logger;
  clock?: Clock;
  decodeWorkers?: number;
  /** Finals that have waited longer are decoded by the small model. Infinity where audio comes faster than real time. */
  roughFinalsAfterMs?: number;
  /** The workers' modules; others in tests. */
  entries?: { ingest: URL; decode: URL };
};

/**
 * Offline English speech-to-text: Silero and endpointing in one worker thread, Moonshine in two more (tiny for partials,
 * base for finals). Under load partials become rarer, then stop, before any final is late; `level` says so.
 */
export class MoonshineTranscriber implements Transcriber {
  readonly name = "moonshine";
  readonly #modelsDir: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #listeners: TranscriberListeners;
  readonly #ingest: WorkerThread<IngestRequest, IngestReply>;
  readonly #decoders: DecoderPool;
  readonly #shedding = new LoadShedding();
  readonly #streams = new Map<number, Stream>();
  readonly #open = new Map<string, Stream>();
  #nextStream = 1;
  #running = false;
  #cancelMeasure: (() => void) | undefined;
  #level: TranscriptionLevel = "unavailable";
  #levelDetail = STOPPED;
  #partialsEveryMs: number | null = null;

  constructor(options: MoonshineOptions) {
    const { modelsDir, logger, clock = systemClock } = options;
    this.#modelsDir = modelsDir;
    this.#logger = logger;
    this.#clock = clock;
    this.#listeners = new TranscriberListeners({ logger });
    this.#decoders = new DecoderPool({
      modelsDir,
      workers: options.decodeWorkers ?? DECODE_WORKERS,
      roughFinalsAfterMs: options.roughFinalsAfterMs ?? ROUGH_FINALS_AFTER_MS,
      clock,
      logger,
      ...(options.entries ? { entry: options.entries.decode } : {}),
      onText: (result) => this.#onText(result),
      onChange: () => this.#updateLevel(),
    });
    this.#ingest = new WorkerThread({
      entry: options.entries?.ingest ?? new URL("./ingest-worker.ts", import.meta.url),
      name: "ingest",
      data: { modelsDir },
      clock,
      logger,
      onMessage: (reply) => this.#onIngest(reply),
      onReady: () => this.#reopen(),
      onDown: () => this.#loseIngest(),
    });
  }

  get level(): TranscriptionLevel {
    return this.#level;
  }

  get levelDetail(): string {
    return this.#levelDetail;
  }

  on<E extends keyof TranscriberEvents>(event: E, listener: TranscriberEvents[E]): () => void {
    return this.#listeners.on(event, listener);
  }

  async start(): Promise<void> {
    const missing = await missingModelFiles(this.#modelsDir);
    if (missing.length > 0) {
      this.#logger.error({ missing }, "speech models are missing: no transcription");
      const howTo = `run "node scripts/models.mjs" (or set MODELS_DIR) and start again`;
      return this.#setLevel("unavailable", `The speech models are missing in ${this.#modelsDir}: ${howTo}.`);
    }
    const started = await Promise.allSettled([this.#ingest.start(), this.#decoders.start()]);
    for (const result of started)
      if (result.status === "rejected") this.#logger.error({ err: result.reason }, "transcription did not start");
    this.#running = true;
    this.#updateLevel();
    this.#measureLater();
  }

  /** To be awaited before the process exits: a thread that is ended inside onnxruntime aborts the process. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelMeasure?.();
    await Promise.all([this.#ingest.stop(), this.#decoders.stop()]);
    for (const stream of this.#streams.values()) stream.resolveClose?.();
    this.#streams.clear();
    this.#open.clear();
    this.#setLevel("unavailable", STOPPED);
  }

  open(leg: Leg): void {
    if (this.#open.has(keyOf(leg))) return;
    const stream: Stream = {
      ...leg,
      number: this.#nextStream++,
      // Random: another process may have transcribed the call's first part.
      utterancePrefix: `${leg.party}-${randomUUID().slice(0, 8)}`,
      lastOrdinal: 0,
      staleOrdinal: 0,
      endedId: undefined,
      shownId: undefined,
      drained: false,
      resolveClose: undefined,
    };
    this.#streams.set(stream.number, stream);
    this.#open.set(keyOf(leg), stream);
    this.#openInIngest(stream);
    this.#updateInterval();
  }

  push(callId: CallId, frame: AudioFrame): void {
    if (frame.party === "mixed") return;
    const stream = this.#open.get(keyOf({ callId, party: frame.party }));
    if (!stream || frame.samples.length === 0) return;
    const { samples, atMs } = frame;
    // A view of a larger buffer is copied: a transfer would take the rest of the buffer away from its owner.
    const own = samples.byteLength === samples.buffer.byteLength ? samples : samples.slice();
    const transfer = [own.buffer as ArrayBuffer];
    this.#ingest.post({ type: "frame", stream: stream.number, atMs, samples: own }, { transfer });
  }

  close(leg: Leg): Promise<void> {
    const stream = this.#open.get(keyOf(leg));
    if (!stream) return Promise.resolve();
    this.#open.delete(keyOf(leg));
    stream.drained = !this.#ingest.ready;
    this.#ingest.post({ type: "close", stream: stream.number });
    return new Promise((resolve) => {
      stream.resolveClose = resolve;
      this.#settle(stream);
    });
  }

  #openInIngest({ number, utterancePrefix, lastOrdinal }: Stream): void {
    this.#ingest.post({ type: "open", stream: number, utterancePrefix, firstOrdinal: lastOrdinal + 1 });
  }

  #onIngest(reply: IngestReply): void {
    if (reply.type === "ready") return;
    const stream = this.#streams.get(reply.type === "piece" ? reply.piece.stream : reply.stream);
    if (!stream) return;
    if (reply.type === "piece") {
      const { piece } = reply;
      stream.lastOrdinal = piece.ordinal;
      if (piece.final) stream.endedId = piece.utteranceId;
      this.#decoders.add(piece);
    } else if (reply.type === "voice") {
      const { callId, party } = stream;
      this.#listeners.emit("voice", { callId, party, speaking: reply.speaking, atMs: reply.atMs });
    } else {
      stream.drained = true;
      this.#settle(stream);
    }
  }

  #onText({ piece, text }: { piece: Piece; text: string }): void {
    const stream = this.#streams.get(piece.stream);
    if (!stream) return;
    const stale = !piece.final && piece.ordinal <= stream.staleOrdinal;
    if (text !== "" && !stale) this.#say({ stream, piece, text });
    else if (piece.final && stream.shownId === piece.utteranceId) this.#drop(stream);
    if (piece.final) stream.staleOrdinal = Math.max(stream.staleOrdinal, piece.ordinal);
    this.#settle(stream);
  }

  #say({ stream, piece, text }: { stream: Stream; piece: Piece; text: string }): void {
    const { utteranceId, final, startMs, endMs } = piece;
    stream.shownId = final ? undefined : utteranceId;
    const { callId, party } = stream;
    const id = utteranceIdSchema.parse(utteranceId);
    const utterance = { utteranceId: id, party, text: text.slice(0, MAX_TEXT), startMs, endMs, final };
    this.#listeners.emit("utterance", { callId, utterance });
  }

  #drop(stream: Stream): void {
    if (stream.shownId === undefined) return;
    const { callId, party } = stream;
    this.#listeners.emit("dropped", { callId, party, utteranceId: utteranceIdSchema.parse(stream.shownId) });
    stream.shownId = undefined;
  }

  /** A closing stream is over once nothing of it is in the ingest worker or in the decoders. */
  #settle(stream: Stream): void {
    if (!stream.resolveClose || !stream.drained || this.#decoders.has(stream.number)) return;
    this.#drop(stream);
    this.#streams.delete(stream.number);
    this.#decoders.forget(stream.number);
    stream.resolveClose();
    this.#updateInterval();
  }

  #reopen(): void {
    for (const stream of this.#open.values()) this.#openInIngest(stream);
    this.#ingest.post({ type: "partials", everyMs: this.#partialsEveryMs });
    this.#updateLevel();
  }

  /** What was being said is lost with the worker; what had ended is still decoded. */
  #loseIngest(): void {
    for (const stream of this.#streams.values()) {
      stream.staleOrdinal = stream.lastOrdinal;
      if (stream.shownId !== stream.endedId) this.#drop(stream);
      if (stream.resolveClose) stream.drained = true;
      this.#settle(stream);
    }
    this.#updateLevel();
  }

  #measureLater(): void {
    this.#cancelMeasure = this.#clock.after(MEASURE_EVERY_MS, () => {
      this.#shedding.observe(this.#decoders.measure());
      this.#updateLevel();
      this.#measureLater();
    });
  }

  #updateLevel(): void {
    if (!this.#running) return;
    const { readyCount, size } = this.#decoders;
    const { level } = this.#shedding;
    if (!this.#ingest.ready || readyCount === 0) this.#setLevel("unavailable", RESTARTING);
    else if (readyCount < size && level === "full")
      this.#setLevel("slow-partials", `Only ${readyCount} of ${size} decoders run; the other is being restarted.`);
    else this.#setLevel(level, LEVEL_DETAILS[level]);
    this.#updateInterval();
  }

  #updateInterval(): void {
    const everyMs = partialInterval({ level: this.#level, streams: this.#open.size });
    if (everyMs === this.#partialsEveryMs) return;
    this.#partialsEveryMs = everyMs;
    this.#ingest.post({ type: "partials", everyMs });
    if (everyMs === null) this.#decoders.dropPartials();
  }

  #setLevel(level: TranscriptionLevel, detail: string): void {
    if (level === this.#level && detail === this.#levelDetail) return;
    this.#level = level;
    this.#levelDetail = detail;
    this.#logger.info({ level, detail }, "transcription level");
    this.#listeners.emit("level", { level, detail });
  }
}

function keyOf({ callId, party }: Leg): string {
  return `${callId} ${party}`;
}
