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
type Job = { id: number; waiting: WaitingPiece };

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
};

/** The decode workers and what waits for them. */
export class DecoderPool {
  readonly #deps: DecoderPoolDeps;
  readonly #queue = new DecodeQueue();
  readonly #workers: Worker[];
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
        entry: new URL("./decode-worker.ts", import.meta.url),
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

  #dispatch(): void {
    const idle = this.#workers.filter(({ thread, job }) => thread.ready && !job);
    for (const worker of idle) {
      const waiting = this.#queue.next();
      if (!waiting) return;
      const { piece } = waiting;
      const now = this.#deps.clock.now();
      worker.job = { id: this.#nextJob++, waiting };
      const model = piece.final && now - waiting.since <= this.#deps.roughFinalsAfterMs ? "base" : "tiny";
      const request = { type: "decode", job: worker.job.id, model, samples: piece.samples } as const;
      // A final is copied, so that it can be given to another decoder; a partial is not worth it.
      worker.thread.post(request, piece.final ? {} : { transfer: [piece.samples.buffer as ArrayBuffer] });
    }
  }

  #finish(worker: Worker, reply: DecodeReply): void {
    const { job } = worker;
    if (reply.type === "ready" || !job || job.id !== reply.job) return;
    worker.job = undefined;
    const { piece } = job.waiting;
    this.#queue.done(piece.stream);
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
    const { piece, attempts } = job.waiting;
    this.#queue.done(piece.stream);
    if (piece.final && attempts + 1 < MAX_ATTEMPTS) this.#queue.putBack(job.waiting);
    else this.#deps.onText({ piece, text: "" });
    this.#dispatch();
  }
}
