import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { type FromSwitch, fromSwitchSchema, type ToSwitch } from "@/lib/contract/switch-control";
import type { Env } from "@/lib/platform/env";
import type { Logger } from "@/lib/platform/logger";
import { projectRoot } from "@/lib/platform/paths";

/** Rendering the first dialogues may take a while; the socket listens before that. */
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;
const RESTART_DELAY_MS = 1_000;

/**
 * The built-in switch in a process of its own, so that its mixing and ours never share a thread. Started again on the same
 * port if it dies.
 */
export class SwitchProcess {
  readonly apiKey = randomBytes(24).toString("base64url");
  url = "";
  #child: ChildProcess | null = null;
  readonly #listeners = new Set<(message: FromSwitch) => void>();
  readonly #endListeners = new Set<() => void>();
  #stopping = false;

  /** `entry`: another program for tests. */
  constructor(private readonly deps: { env: Env; logger: Logger; entry?: string }) {}

  /** Of whatever the switch says. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** @throws Error where it does not come up. */
  async start(): Promise<void> {
    const { env, logger, entry = "lib/switch/main.ts" } = this.deps;
    const child = spawn(process.execPath, ["--import", "tsx", entry], {
      cwd: projectRoot,
      env: { ...process.env, ...this.#options(env) },
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    this.#child = child;
    child.stdout?.resume();
    child.on("message", (message) => this.#receive(message));
    this.url = await this.#listening(child);
    logger.info({ url: this.url }, "built-in switch is up");
    child.once("exit", (code, signal) => {
      if (this.#stopping) return;
      logger.error({ code, signal }, "built-in switch died; starting it again");
      for (const listener of this.#endListeners) listener();
      setTimeout(() => void this.#restart(), RESTART_DELAY_MS).unref();
    });
  }

  /** @returns whether there was a switch to tell it to. */
  send(message: ToSwitch): boolean {
    return this.#child?.connected ? this.#child.send(message) : false;
  }

  /** Calls the listener with whatever the switch says. @returns a function that ends it */
  onMessage(listener: (message: FromSwitch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listener whenever the process ends by itself, and with it every call. @returns a function that ends it */
  onEnded(listener: () => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  }

  #receive(message: unknown): void {
    const parsed = fromSwitchSchema.safeParse(message);
    if (!parsed.success) {
      this.deps.logger.warn("the built-in switch said something unknown");
      return;
    }
    for (const listener of this.#listeners) listener(parsed.data);
  }

  async #restart(): Promise<void> {
    if (this.#stopping) return;
    try {
      await this.start();
    } catch (error) {
      this.deps.logger.error({ err: error }, "built-in switch does not come up; trying again");
      setTimeout(() => void this.#restart(), RESTART_DELAY_MS * 5).unref();
    }
  }

  #options(env: Env): Record<string, string> {
    const port = this.url ? new URL(this.url).port : String(env.SWITCH_PORT);
    return {
      SWITCH_PORT: port,
      SWITCH_API_KEY: this.apiKey,
      SWITCH_SAMPLE_RATE: String(env.GATEWAY_SAMPLE_RATE),
      SWITCH_CALLS: String(env.SWITCH_CALLS),
      SWITCH_SCENARIOS: env.SWITCH_SCENARIOS ?? "",
      SWITCH_SCENARIOS_DIR: env.SWITCH_SCENARIOS_DIR ?? "",
      SWITCH_RECORDINGS_DIR: env.SWITCH_RECORDINGS_DIR ?? "",
      SWITCH_RECORDINGS_TIMES: String(env.SWITCH_RECORDINGS_TIMES),
      SWITCH_RECORD_LEGS_DIR: env.SWITCH_RECORD_LEGS_DIR ?? "",
      LOG_LEVEL: env.LOG_LEVEL,
    };
  }

  #listening(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`the built-in switch did not listen within ${START_LIMIT_MS} ms`));
      }, START_LIMIT_MS);
      const stopListening = this.onMessage((message) => {
        if (message.type !== "listening") return;
        stopListening();
        clearTimeout(timer);
        resolve(message.url);
      });
      child.once("exit", (code) => {
        stopListening();
        clearTimeout(timer);
        reject(new Error(`the built-in switch ended with code ${code}; its log above says why`));
      });
    });
  }
}
