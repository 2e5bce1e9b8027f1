import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AsteriskServer } from "./asterisk-server";
import { endProcess, isAlive } from "./end-process";
import { eventually } from "./eventually";
import { ANSWERS_IN_SILENCE, CALLS_IN_SILENCE } from "./sipp-scenarios";

const START_LIMIT_MS = 5_000;
const STOP_LIMIT_MS = 2_000;

export type SippOptions = {
  server: AsteriskServer;
  /** 100–119 or 200–219; no SipPhone may have it at the same time. */
  extension: number;
};

/** A SIP party that sets up a call and never sends one RTP packet (sipp): held, or muted by a phone that saves packets. */
export class Sipp {
  #process: ChildProcess | null = null;
  #output = "";

  private constructor(private readonly options: SippOptions) {}

  /** Answers every call at once, in silence, and takes the other side's BYE. */
  static async callee(options: SippOptions): Promise<Sipp> {
    const sipp = new Sipp(options);
    await sipp.#start({ scenario: ANSWERS_IN_SILENCE, args: [] });
    return sipp;
  }

  /** Calls `number` and stays, in silence, until the other side hangs up. Resolves when the INVITE is on its way. */
  static async caller(options: SippOptions & { number: string }): Promise<Sipp> {
    const sipp = new Sipp(options);
    const target = `127.0.0.1:${options.server.sipPort}`;
    await sipp.#start({ scenario: CALLS_IN_SILENCE, args: ["-m", "1", "-s", options.number, target] });
    return sipp;
  }

  /** Waits until its (first) call is up at both ends. @throws Error after 8 s */
  untilEstablished(): Promise<void> {
    const log = join(this.options.server.root, this.#folder, "messages.log");
    const hasAck = () => existsSync(log) && /^ACK sip:/m.test(readFileSync(log, "utf8"));
    return eventually(`sipp ${this.options.extension} is in a call`, hasAck);
  }

  get isRunning(): boolean {
    return isAlive(this.#process);
  }

  /** Ends. A caller hangs up first (BYE); a callee is simply gone, as with `kill`. */
  async stop(): Promise<void> {
    // Once: no new calls. Twice: the present ones are ended as well.
    this.#process?.kill("SIGUSR1");
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.#process?.kill("SIGUSR1");
    await this.#ended(STOP_LIMIT_MS);
  }

  /** SIGKILL: a party that vanishes without a word. */
  async kill(): Promise<void> {
    await this.#ended(0);
  }

  /** Inside the tree. */
  get #folder(): string {
    return `${this.options.server.folder}/phones/${this.options.extension}`;
  }

  async #start({ scenario, args }: { scenario: string; args: string[] }): Promise<void> {
    const { server, extension } = this.options;
    const folder = this.#folder;
    rmSync(join(server.root, folder), { recursive: true, force: true });
    mkdirSync(join(server.root, folder), { recursive: true });
    writeFileSync(join(server.root, folder, "scenario.xml"), scenario);
    const port = server.ports.phone(extension);
    // biome-ignore format: option and value belong together
    const all = [
      server.root, "/usr/bin/sipp", "-sf", `${folder}/scenario.xml`, "-i", "127.0.0.1", "-p", String(port),
      "-mi", "127.0.0.1", "-mp", String(port + 2), "-key", "extension", String(extension), "-nostdin",
      "-trace_msg", "-message_file", `${folder}/messages.log`, "-message_overwrite", "false", ...args,
    ];
    const child = spawn("chroot", all, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString("utf8")).slice(-4_000);
      });
    const end = Date.now() + START_LIMIT_MS;
    while (!isUdpPortOpen(port)) {
      if (!this.isRunning || Date.now() > end) throw new Error(`sipp ${extension} did not start:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async #ended(limitMs: number): Promise<void> {
    await endProcess(this.#process, { limitMs });
    this.#process = null;
  }
}

/** Linux lists UDP sockets in /proc/net/udp, second column, as ADDRESS:PORT in hexadecimal; sipp tells nothing to a pipe. */
function isUdpPortOpen(port: number): boolean {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = readFileSync("/proc/net/udp", "latin1").trim().split("\n").slice(1);
  return lines.some((line) => line.trim().split(/\s+/)[1]?.endsWith(ending));
}
