import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import type { Logger } from "@/lib/platform/logger";
import { cacheDir } from "@/lib/platform/paths";
import type { TextAnalyser, TextReading } from "../../text-analyser";
import { MODEL_PATH, TOPICS_PATH } from "./data-files";
import { answerSchema, type ReadRequest, type WorkerAnswer, type WorkerData } from "./messages";

/** Texts that may wait. At 20 ms each, what waits behind more is no longer live. */
const QUEUE_LIMIT = 200;
const BATCH_LIMIT = 8;
const BATCH_TIME_LIMIT_MS = 30_000;
const RESTART_MIN_MS = 500;
const RESTART_MAX_MS = 30_000;

type Waiting = { text: string; resolve: (reading: TextReading) => void; reject: (error: AppError) => void };
type Running = { worker: Worker; cancelLimit: (() => void) | null; batch: Waiting[]; ready: boolean };

export type SentenceEncoderDeps = {
  clock: Clock;
  logger: Logger;
  /** One's own topics and intents instead of `lib/analysis/data/topics.json`; same form. */
  topicsPath?: string | undefined;
  modelPath?: string | undefined;
  /** Where vectors of seed sentences are kept between starts; the project's cache unless given. */
  cacheDir?: string | undefined;
  /** For tests: another worker program. */
  workerFile?: URL | undefined;
};

/**
 * Universal Sentence Encoder lite with our heads for sentiment, topics and intents, in a worker thread. What arrives while it
 * works is read as one batch. A worker that dies or hangs is started again; the batch it had is lost, what waits is not.
 */
export class SentenceEncoderAnalyser implements TextAnalyser {
  readonly name = "sentence-encoder";
  #detail = "The text analyser has not been started.";
  #running: Running | null = null;
  #queue: Waiting[] = [];
  #batches = 0;
  #crashes = 0;
  #cancelRestart: (() => void) | null = null;
  #started: { resolve: () => void } | null = null;

  constructor(private readonly deps: SentenceEncoderDeps) {}

  get available(): boolean {
    return this.#detail === "";
  }

  get detail(): string {
    return this.#detail;
  }

  start(): Promise<void> {
    if (this.#running) return Promise.resolve();
    return new Promise((resolve) => {
      this.#started = { resolve };
      this.#run();
    });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#giveUp("The text analyser has been stopped.");
    await running?.worker.terminate();
  }

  read(text: string): Promise<TextReading> {
    if (!this.available) return Promise.reject(unavailable(this.#detail));
    if (this.#queue.length >= QUEUE_LIMIT)
      return Promise.reject(
        new AppError("RATE_LIMITED", { message: `${QUEUE_LIMIT} texts are waiting to be read`, retryable: true }),
      );
    return new Promise((resolve, reject) => {
      this.#queue.push({ text, resolve, reject });
      this.#next();
    });
  }

  #run(): void {
    const { modelPath = MODEL_PATH, topicsPath = TOPICS_PATH, workerFile } = this.deps;
    const vectorsDir = join(this.deps.cacheDir ?? cacheDir, "topic-vectors");
    const program = workerFile ?? new URL("./worker.ts", import.meta.url);
    const worker = new Worker(new URL("./worker-boot.mjs", import.meta.url), {
      workerData: { program: program.href, modelPath, topicsPath, cacheDir: vectorsDir } satisfies WorkerData,
      // Not the parent's: a worker of vitest or of a debugger would start with what it cannot use.
      execArgv: [],
      name: "sentence-encoder",
    });
    const running: Running = { worker, cancelLimit: null, batch: [], ready: false };
    this.#running = running;
    worker.on("message", (message: unknown) => {
      const answer = answerSchema.safeParse(message);
      if (this.#running !== running) return;
      if (answer.success) this.#onAnswer({ running, answer: answer.data });
      else this.#onCrash({ running, error: answer.error });
    });
    worker.on("error", (error) => this.#onCrash({ running, error }));
    worker.on("exit", (code) => this.#onCrash({ running, error: new Error(`worker ended with code ${code}`) }));
  }

  #onAnswer({ running, answer }: { running: Running; answer: WorkerAnswer }): void {
    if (answer.type === "unavailable") {
      this.deps.logger.warn({ detail: answer.detail }, "text analysis is unavailable");
      this.#giveUp(answer.detail || "The text analyser could not be loaded.");
      void running.worker.terminate();
      return;
    }
    if (answer.type === "ready") {
      running.ready = true;
      this.#detail = "";
      this.#started?.resolve();
      this.#started = null;
    } else {
      running.cancelLimit?.();
      const batch = running.batch.splice(0);
      this.#crashes = 0;
      batch.forEach((waiting, i) => {
        const reading = answer.type === "read" ? answer.readings[i] : undefined;
        if (reading) waiting.resolve(reading);
        else waiting.reject(unavailable(answer.type === "failed" ? answer.detail : "no reading came back"));
      });
    }
    this.#next();
  }

  #next(): void {
    const running = this.#running;
    if (!running?.ready || running.batch.length > 0 || this.#queue.length === 0) return;
    running.batch = this.#queue.splice(0, BATCH_LIMIT);
    running.cancelLimit = this.deps.clock.after(BATCH_TIME_LIMIT_MS, () =>
      this.#onCrash({ running, error: new Error(`no answer within ${BATCH_TIME_LIMIT_MS} ms`) }),
    );
    const request: ReadRequest = { batch: ++this.#batches, texts: running.batch.map(({ text }) => text) };
    running.worker.postMessage(request);
  }

  #onCrash({ running, error }: { running: Running; error: unknown }): void {
    if (this.#running !== running) return;
    this.#running = null;
    running.cancelLimit?.();
    void running.worker.terminate();
    for (const waiting of running.batch.splice(0)) waiting.reject(unavailable("the text analyser crashed"));
    const delayMs = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** this.#crashes++);
    this.deps.logger.error({ err: error, restartInMs: delayMs }, "text analyser crashed");
    if (!running.ready) this.#detail = "The text analyser crashed while it was loading; it is being started again.";
    this.#started?.resolve();
    this.#started = null;
    this.#cancelRestart = this.deps.clock.after(delayMs, () => this.#run());
  }

  /** No worker from here on: everybody who waits is told why. */
  #giveUp(detail: string): void {
    this.#detail = detail;
    this.#cancelRestart?.();
    this.#running?.cancelLimit?.();
    const waiting = [...(this.#running?.batch.splice(0) ?? []), ...this.#queue.splice(0)];
    this.#running = null;
    for (const one of waiting) one.reject(unavailable(detail));
    this.#started?.resolve();
    this.#started = null;
  }
}

function unavailable(message: string): AppError {
  return new AppError("UNAVAILABLE", { message, retryable: true });
}
