import { Worker } from "node:worker_threads";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";

/** Waits before the next start of a worker that died, ms; the last one from then on. */
const RESTART_DELAYS = [100, 1000, 5000, 15_000];
/** Alive for so long, a worker's earlier deaths are forgotten, ms. */
const HEALTHY_MS = 60_000;

export type WorkerThreadDeps<Reply> = {
  entry: URL;
  name: string;
  data: Record<string, string>;
  clock: Clock;
  logger: Logger;
  /** Every message but the first `ready`. */
  onMessage: (reply: Reply) => void;
  onReady: () => void;
  /** It died; a new one is on its way. What it had been given is lost. */
  onDown: (error: Error) => void;
};

/** A worker thread written in TypeScript that is started again when it dies. */
export class WorkerThread<Request, Reply extends { type: string }> {
  readonly #deps: WorkerThreadDeps<Reply>;
  #worker: Worker | undefined;
  #ready = false;
  #stopped = false;
  #deaths = 0;
  #cancelRestart: (() => void) | undefined;

  constructor(deps: WorkerThreadDeps<Reply>) {
    this.#deps = deps;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** @returns once it said `ready`. @throws where it dies before; it is then tried again on its own. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.#spawn({ onReady: resolve, onDeath: reject }));
  }

  /** Gives a message over; one to a worker that is not ready is lost. */
  post(request: Request, options: { transfer?: ArrayBuffer[] } = {}): void {
    if (this.#ready) this.#worker?.postMessage(request, options.transfer ?? []);
  }

  /** Lets it end what it is doing. @returns once the thread is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRestart?.();
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage({ type: "stop" });
    await gone;
  }

  #spawn(first: { onReady?: () => void; onDeath?: (error: Error) => void } = {}): void {
    const { entry, name, data, clock, logger } = this.#deps;
    const workerData = { ...data, entry: entry.href };
    const worker = new Worker(new URL("./worker-bootstrap.mjs", import.meta.url), { name, workerData, execArgv: [] });
    const startedAt = clock.now();
    let reason = new Error(`worker ${name} ended`);
    this.#worker = worker;
    worker.on("message", (reply: Reply) => {
      if (reply.type !== "ready") return this.#deps.onMessage(reply);
      this.#ready = true;
      logger.info({ worker: name, readyMs: clock.now() - startedAt }, "speech worker is ready");
      this.#deps.onReady();
      first.onReady?.();
    });
    worker.on("error", (error) => {
      reason = error instanceof Error ? error : new Error(String(error));
    });
    worker.on("exit", () => {
      this.#ready = false;
      this.#worker = undefined;
      first.onDeath?.(reason);
      if (this.#stopped) return;
      if (clock.now() - startedAt > HEALTHY_MS) this.#deaths = 0;
      const delay = RESTART_DELAYS[Math.min(this.#deaths++, RESTART_DELAYS.length - 1)] ?? 0;
      logger.error({ err: reason, worker: name, restartInMs: delay }, "speech worker died");
      this.#deps.onDown(reason);
      this.#cancelRestart = clock.after(delay, () => this.#spawn());
    });
  }
}
