import { type ChildProcess, fork } from "node:child_process";
import { z } from "zod";

const replySchema = z.union([z.object({ result: z.unknown() }), z.object({ error: z.string() })]);

const ANSWER_LIMIT_MS = 20_000;

/** One of the benchmark's own processes: asked one thing at a time. */
export class ChildLink {
  readonly #child: ChildProcess;

  /** `file`: its entry, as a URL. */
  constructor(file: URL) {
    // gc: memory is compared after a collection.
    this.#child = fork(file.pathname, { execArgv: ["--import", "tsx", "--expose-gc"] });
  }

  /** @throws Error where it never started */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("a process of the benchmark did not start");
    return this.#child.pid;
  }

  /** @throws Error with what went wrong over there, also where it ends, or is silent for 20 s */
  async ask(request: object): Promise<unknown> {
    const reply = await new Promise<unknown>((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#child.off("exit", ended);
        this.#child.off("message", answered);
        act();
      };
      const fail = (message: string) => settle(() => reject(new Error(`${message}: ${JSON.stringify(request)}`)));
      const ended = () => fail("a process of the benchmark ended");
      const answered = (message: unknown) => settle(() => resolve(message));
      const timer = setTimeout(() => fail("a process of the benchmark did not answer"), ANSWER_LIMIT_MS);
      this.#child.once("exit", ended);
      this.#child.once("message", answered);
      this.#child.send(request);
    });
    const parsed = replySchema.parse(reply);
    if ("error" in parsed) throw new Error(parsed.error);
    return parsed.result;
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }
}

/** The other side: answers every message by what `handle` makes of it. */
export function answerParent(handle: (message: unknown) => Promise<unknown>): void {
  process.on("message", (message) => {
    handle(message).then(
      (result) => process.send?.({ result: result ?? null }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on("disconnect", () => process.exit(0));
}
