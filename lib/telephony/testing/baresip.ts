import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AsteriskServer } from "./asterisk-server";
import { ControlLink, type PhoneEvent } from "./control-link";
import { endProcess } from "./end-process";
import { PHONE_RATE, type Says, writeSource } from "./phone-audio";

type BaresipOptions = {
  server: AsteriskServer;
  extension: number;
  says: Says;
  answersAtOnce: boolean;
  onEvent: (event: PhoneEvent) => void;
  onGone: () => void;
};

const START_LIMIT_MS = 5_000;
const STOP_LIMIT_MS = 1_000;
const TRACE_LIMIT = 200_000;

/** A baresip 1.1 process in the lab's tree: its files, its command port, and its trace of SIP messages. */
export class Baresip {
  #trace = "";
  #link: ControlLink | null = null;
  #process: ChildProcess | null = null;

  constructor(private readonly options: BaresipOptions) {}

  /** @throws Error where it does not listen within 5 s */
  async start(): Promise<void> {
    const { server, extension, onEvent, onGone } = this.options;
    this.#configure();
    // -s: every SIP message on stdout.
    const args = [server.root, "/usr/bin/baresip", "-s", "-f", this.folder];
    const child = spawn("chroot", args, { stdio: ["ignore", "pipe", "ignore"] });
    this.#process = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#trace = (this.#trace + text).slice(-TRACE_LIMIT);
    });
    child.once("close", onGone);
    const port = server.ports.phone(extension) + 2;
    this.#link = await ControlLink.open({ port, limitMs: START_LIMIT_MS, onEvent });
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The last SIP messages, both ways. */
  get trace(): string {
    return this.#trace;
  }

  /** Inside the tree. */
  get folder(): string {
    return `${this.options.server.folder}/phones/${this.options.extension}`;
  }

  /** @returns the path of one of its files as the test sees it */
  path(name: string): string {
    return join(this.options.server.root, this.folder, name);
  }

  /** @throws Error where baresip refuses, or is gone */
  command(name: string, params?: string): Promise<string> {
    if (!this.#link) return Promise.reject(new Error(`phone ${this.options.extension} is not running`));
    return this.#link.command(name, params);
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    this.#link?.close();
    this.#link = null;
    await endProcess(child, { signal, limitMs: STOP_LIMIT_MS });
  }

  #configure(): void {
    const { server, extension, says, answersAtOnce } = this.options;
    rmSync(this.path("."), { recursive: true, force: true });
    mkdirSync(this.path("recordings"), { recursive: true });
    writeSource(says, { path: this.path("says.wav") });
    writeFileSync(this.path("config"), this.#config());
    writeFileSync(
      this.path("accounts"),
      `<sip:${extension}@127.0.0.1:${server.sipPort}>;regint=0;answermode=${answersAtOnce ? "auto" : "manual"};audio_codecs=PCMU/8000/1\n`,
    );
    writeFileSync(this.path("contacts"), "");
  }

  #config(): string {
    const { ports } = this.options.server;
    const sip = ports.phone(this.options.extension);
    return `sip_listen 127.0.0.1:${sip}
net_interface 127.0.0.1
call_local_timeout 600
call_max_calls 4
audio_source aufile,${this.folder}/says.wav
audio_player aubridge,ear
audio_alert aubridge,bell
ausrc_srate ${PHONE_RATE}
auplay_srate ${PHONE_RATE}
ausrc_channels 1
auplay_channels 1
audio_jitter_buffer_type off
rtp_ports ${ports.phoneRtp.from}-${ports.phoneRtp.to}
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${sip + 2}
snd_path ${this.folder}/recordings
`;
  }
}
