import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { sine } from "@/lib/audio/goertzel";
import { encodeWav } from "@/lib/audio/wav";
import { type AsteriskConfigOptions, asteriskConfig, MUSIC_ON_HOLD_HZ } from "./asterisk-config";
import { asteriskRoot, libraryFolder } from "./asterisk-root";
import { endProcess, isAlive } from "./end-process";
import { LabPorts } from "./lab-ports";

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 3_000;
const namesSchema = z.array(z.object({ name: z.string() }));
const idsSchema = z.array(z.object({ id: z.string() }));

/** One real Asterisk on 127.0.0.1, with phones 100–119 (callers) and 200–219 (agents) that need not register. */
export class AsteriskServer {
  readonly ari: { url: string; username: string; password: string };
  #process: ChildProcess | null = null;

  private constructor(
    private readonly options: AsteriskConfigOptions,
    /** The tree that Asterisk and the phones run in. */
    readonly root: string,
    readonly ports: LabPorts,
  ) {
    this.ari = {
      url: `http://127.0.0.1:${ports.http}`,
      username: options.username ?? "earshot",
      password: options.password ?? "lab-password",
    };
  }

  /** Ready to take calls within about a second. @throws Error with the end of Asterisk's log */
  static async start(options: AsteriskConfigOptions = {}): Promise<AsteriskServer> {
    const server = new AsteriskServer(options, asteriskRoot(), await LabPorts.claim());
    try {
      server.#configure();
      await server.#launch();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get sipPort(): number {
    return this.ports.sip;
  }

  /** Inside the tree; the test sees it at `root` + `folder`. */
  get folder(): string {
    return `/tmp/asterisk-${this.ports.number}`;
  }

  /** The process of Asterisk itself, for what it uses of the machine. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Everything Asterisk has logged since `start`. */
  log(): string {
    const file = this.#path("log/messages");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** SIGKILL: as where the machine loses its power. Calls stay up at the phones, which hear nothing any more. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** The same configuration and ports again; after `kill` this is a crash. */
  async restart(): Promise<void> {
    await this.#end("SIGTERM");
    await this.#launch();
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.#path("."), { recursive: true, force: true });
    await this.ports.release();
  }

  /** One request to ARI. @returns the parsed body, null where there is none */
  http(method: string, path: string): Promise<{ status: number; body: unknown }> {
    const { username, password } = this.ari;
    return new Promise((resolve, reject) => {
      const options = { method, auth: `${username}:${password}`, agent: false, timeout: 5_000 };
      const sent = request(`${this.ari.url}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const isJson = response.headers["content-type"]?.includes("json") && text;
          resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text || null });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in 5 s`)));
      sent.on("error", reject);
      sent.end();
    });
  }

  /** @returns the names of all channels, as in `PJSIP/201-00000001` */
  async channels(): Promise<string[]> {
    return namesSchema.parse((await this.http("GET", "/ari/channels")).body).map(({ name }) => name);
  }

  /** @returns the ids of all bridges */
  async bridges(): Promise<string[]> {
    return idsSchema.parse((await this.http("GET", "/ari/bridges")).body).map(({ id }) => id);
  }

  /** One line of Asterisk's own console, as in `module unload chan_websocket.so`. @returns what it prints */
  async cli(command: string): Promise<string> {
    const config = `${this.folder}/etc/asterisk.conf`;
    const { stdout } = await promisify(execFile)("chroot", [
      this.root,
      "/usr/sbin/asterisk",
      "-C",
      config,
      "-rx",
      command,
    ]);
    return stdout;
  }

  #path(name: string): string {
    return join(this.root, this.folder, name);
  }

  #configure(): void {
    rmSync(this.#path("."), { recursive: true, force: true });
    for (const name of ["etc", "var/keys", "spool", "run", "log", "music", "phones"])
      mkdirSync(this.#path(name), { recursive: true });
    const { folder, ports, root } = this;
    const files = asteriskConfig({ ...this.options, folder, ports, libraries: libraryFolder(root) });
    for (const [name, text] of Object.entries(files)) writeFileSync(this.#path(`etc/${name}`), text);
    const music = sine({ frequency: MUSIC_ON_HOLD_HZ, sampleRate: 8_000, durationMs: 10_000, amplitude: 0.2 });
    writeFileSync(this.#path("music/tone.wav"), encodeWav({ sampleRate: 8_000, channels: [music] }));
  }

  async #launch(): Promise<void> {
    const log = this.#path("log/messages");
    const before = existsSync(log) ? statSync(log).size : 0;
    const args = [this.root, "/usr/sbin/asterisk", "-C", `${this.folder}/etc/asterisk.conf`, "-f"];
    const child = spawn("chroot", args, { stdio: "ignore" });
    this.#process = child;
    const deadline = Date.now() + START_LIMIT_MS;
    while (!this.log().slice(before).includes("Asterisk Ready.")) {
      if (!isAlive(child) || Date.now() > deadline)
        throw new Error(`Asterisk did not start:\n${this.log().slice(-3_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    await endProcess(child, { signal, limitMs: STOP_LIMIT_MS });
  }
}
