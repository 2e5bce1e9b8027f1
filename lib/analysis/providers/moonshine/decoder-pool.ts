import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { DecodeQueue, type WaitingPiece } from "./decode-queue";
import type { Pressure } from "./load-shedding";
import type { DecodeReply, DecodeRequest, Piece } from "./types";
import { WorkerThread } from "./worker-thread";

/** Speech that may wait to be decoded; what is older is given up, so that memory and delay stay bounded. */
const MAX_WAITING_SAMPLES = 300 * SAMPLE_RATE;
/** A piece whose decoder died is tried once more: it may be what killed it. */
const MAX_ATTEMPTS = 2;

type Worker = { thread: WorkerThread<DecodeRequest, DecodeReply>; job: Job | undefined };
/** `final`: what was begun early has turned out to be the final. */
type Job = { id: number; waiting: WaitingPiece; final?: Piece };

export type DecoderPoolDeps = {
  modelsDir: string;
  workers: number;
  /** Finals that have waited longer, ms, are decoded by the small model. */
  roughFinalsAfterMs: number;
  clock: Clock;
  logger: Logger;
  /** The words of a piece; "" where nothing was said or it had to be given up. */
  onText: (result: { piece: Piece; text: string }) => void;
  /** A decoder came up or went down. */
  onChange: () => void;
  /** The worker's module; another one in tests. */
  entry?: URL;
};

/** The decode workers and what waits for them. */
export class DecoderPool {
  readonly #deps: DecoderPoolDeps;
  readonly #queue = new DecodeQueue();
  readonly #workers: Worker[];
  /** Words decoded early, by stream. */
  readonly #early = new Map<number, { stretch: string; text: string }>();
  #nextJob = 1;
  #busyMs = 0;
  #measuredAt: number;

  constructor(deps: DecoderPoolDeps) {
    this.#deps = deps;
    this.#measuredAt = deps.clock.now();
    this.#workers = Array.from({ length: deps.workers }, (_, at) => this.#createWorker(`decode-${at + 1}`));
  }

  get size(): number {
    return this.#workers.length;
  }

  get readyCount(): number {
    return this.#workers.filter(({ thread }) => thread.ready).length;
  }

  /** @throws where a decoder cannot be started; it is tried again on its own. */
  async start(): Promise<void> {
    await Promise.all(this.#workers.map(({ thread }) => thread.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map(({ thread }) => thread.stop()));
  }

  add(piece: Piece): void {
    if (piece.final && this.#takeEarly(piece)) return;
    this.#queue.add({ piece, now: this.#deps.clock.now() });
    for (const piece of this.#queue.shrinkTo(MAX_WAITING_SAMPLES)) {
      this.#deps.logger.error({ stream: piece.stream }, "speech given up: decoding is too far behind");
      this.#deps.onText({ piece, text: "" });
    }
    this.#dispatch();
  }

  /** @returns whether something of the stream is still to come. */
  has(stream: number): boolean {
    return this.#queue.has(stream);
  }

  /** The stream is over. */
  forget(stream: number): void {
    this.#early.delete(stream);
  }

  dropPartials(): void {
    this.#queue.dropPartials();
  }

  /** @returns how busy it has been since the last call. */
  measure(): Pressure {
    const now = this.#deps.clock.now();
    const busy = this.#busyMs / Math.max(1, (now - this.#measuredAt) * this.#workers.length);
    this.#busyMs = 0;
    this.#measuredAt = now;
    return { ...this.#queue.waits(now), busy };
  }

  #createWorker(name: string): Worker {
    const { modelsDir, clock, logger, onChange } = this.#deps;
    const worker: Worker = {
      job: undefined,
      thread: new WorkerThread<DecodeRequest, DecodeReply>({
        entry: this.#deps.entry ?? new URL("./decode-worker.ts", import.meta.url),
        name,
        data: { modelsDir },
        clock,
        logger,
        onMessage: (reply) => this.#finish(worker, reply),
        onReady: () => {
          this.#dispatch();
          onChange();
        },
        onDown: () => {
          this.#recover(worker);
          onChange();
        },
      }),
    };
    return worker;
  }

  /** @returns whether the words of a final are known or on their way already. */
  #takeEarly(final: Piece): boolean {
    const early = this.#early.get(final.stream);
    this.#early.delete(final.stream);
    const job = this.#workers.find(
      ({ job }) => job?.waiting.piece.early && stretchOf(job.waiting.piece) === stretchOf(final),
    )?.job;
    if (early?.stretch === stretchOf(final)) this.#deps.onText({ piece: final, text: early.text });
    else if (job) job.final = final;
    else return false;
    this.#queue.dropPartials(final.stream);
    return true;
  }

  #dispatch(): void {
    const idle = this.#workers.filter(({ thread, job }) => thread.ready && !job);
    for (const worker of idle) {
      const waiting = this.#queue.next();
      if (!waiting) return;
      const { piece } = waiting;
      const now = this.#deps.clock.now();
      worker.job = { id: this.#nextJob++, waiting };
      const isRough = piece.final && now - waiting.since > this.#deps.roughFinalsAfterMs;
      const model = (piece.final || piece.early) && !isRough ? "base" : "tiny";
      const request = { type: "decode", job: worker.job.id, model, samples: piece.samples } as const;
      // A final is copied, so that it can be given to another decoder; a partial is not worth it.
      worker.thread.post(request, piece.final ? {} : { transfer: [piece.samples.buffer as ArrayBuffer] });
    }
  }

  #finish(worker: Worker, reply: DecodeReply): void {
    const { job } = worker;
    if (reply.type === "ready" || !job || job.id !== reply.job) return;
    worker.job = undefined;
    const piece = job.final ?? job.waiting.piece;
    this.#queue.done(piece.stream);
    if (reply.type === "decoded" && piece.early)
      this.#early.set(piece.stream, { stretch: stretchOf(piece), text: reply.text });
    if (reply.type === "decoded") this.#busyMs += reply.decodeMs;
    else
      this.#deps.logger.error({ reason: reply.message, stream: piece.stream }, "a stretch of speech cannot be decoded");
    this.#deps.onText({ piece, text: reply.type === "decoded" ? reply.text : "" });
    this.#dispatch();
  }

  #recover(worker: Worker): void {
    const { job } = worker;
    worker.job = undefined;
    if (!job) return;
    const { attempts } = job.waiting;
    const piece = job.final ?? job.waiting.piece;
    this.#queue.done(piece.stream);
    if (piece.final && attempts + 1 < MAX_ATTEMPTS) this.#queue.putBack({ ...job.waiting, piece });
    else this.#deps.onText({ piece, text: "" });
    this.#dispatch();
  }
}

/** What was decoded; its samples may have been transferred away since. */
function stretchOf({ utteranceId, startMs, endMs }: Piece): string {
  return `${utteranceId} ${startMs} ${endMs}`;
}
