import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resample } from "@/lib/audio/resample";
import type { AsteriskServer } from "./asterisk-server";
import { ControlLink, type PhoneEvent } from "./control-link";
import { PHONE_RATE, PhoneRecordings, type Says, writeSource } from "./phone-audio";

export type SipPhoneOptions = {
  server: AsteriskServer;
  /** 100–119 or 200–219. */
  extension: number;
  /** Default silence. */
  says?: Says;
  /** Default at-once. "never" and "by-hand" both ring; the second says that the test means to call `answer`. */
  answers?: "at-once" | "never" | "by-hand";
};

/** `calling`: dialled, nobody has answered. `incoming`: it rings here. */
export type PhoneState = "idle" | "calling" | "incoming" | "established";

const START_LIMIT_MS = 5_000;
const WAIT_MS = 10_000;
const STOP_LIMIT_MS = 1_000;

/** One real SIP phone: a baresip process of its own in the lab's tree, driven over its command port. */
export class SipPhone {
  #state: PhoneState = "idle";
  #muted = false;
  #clips = 0;
  #players = 0;
  readonly #events: PhoneEvent[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #recordings: PhoneRecordings;
  #link: ControlLink | null = null;
  #process: ChildProcess | null = null;

  private constructor(private readonly options: SipPhoneOptions) {
    this.#recordings = new PhoneRecordings(this.#path("recordings"));
  }

  /** @throws Error where baresip does not start within 5 s */
  static async start(options: SipPhoneOptions): Promise<SipPhone> {
    const phone = new SipPhone(options);
    try {
      await phone.#launch();
      return phone;
    } catch (error) {
      await phone.kill();
      throw error;
    }
  }

  get extension(): number {
    return this.options.extension;
  }

  get state(): PhoneState {
    return this.#state;
  }

  /** What baresip has told, oldest first. */
  get events(): readonly PhoneEvent[] {
    return this.#events;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Calls and waits for the answer. @throws Error where there is none within `limitMs` (10 s) */
  async dial(number: string, options: { limitMs?: number } = {}): Promise<void> {
    await this.startDialling(number);
    await this.until("established", options);
  }

  /** Calls and does not wait. */
  async startDialling(number: string): Promise<void> {
    this.#state = "calling";
    await this.#command("dial", this.#uri(number));
  }

  async answer(): Promise<void> {
    await this.until("incoming");
    await this.#command("accept");
    await this.until("established");
  }

  async hangUp(): Promise<void> {
    await this.#command("hangup");
    await this.until("idle");
  }

  /** What the phone heard before and will hear after is kept. The other party hears the server's music. */
  async hold(): Promise<void> {
    // A player's file would be opened anew, and emptied, by the change.
    if (this.#players > 0) await this.#command("auplay", "aubridge,ear");
    await this.#renegotiate("hold");
  }

  async resume(): Promise<void> {
    await this.#renegotiate("resume");
    // baresip 1.1 loses its recorder of the heard side in a hold; from here on its player writes the file.
    const file = `${this.#folder}/recordings/dump-9-${String(++this.#players).padStart(4, "0")}-play.wav`;
    await this.#command("auplay", `aufile,${file}`);
  }

  async mute(on: boolean): Promise<void> {
    if (on !== this.#muted) await this.#command("mute");
    this.#muted = on;
  }

  /** Hands the other party on to `number` by SIP REFER; this phone is then out of the call. */
  async blindTransfer(number: string): Promise<void> {
    await this.#command("transfer", this.#uri(number));
    await this.until("idle");
  }

  /** Says these once (s16le mono, 16 kHz) instead of what it was saying, and then silence. Resolves when it begins. */
  async say(samples: Int16Array): Promise<void> {
    const name = `clip-${++this.#clips}.wav`;
    writeSource({ samples }, { path: this.#path(name) });
    await this.#command("ausrc", `aufile,${this.#folder}/${name}`);
  }

  /** All that this phone has heard so far, calls one after another, also while a call is on. Default 8 kHz, as on the wire. */
  heard(options: { sampleRate?: 8_000 | 16_000 } = {}): Int16Array {
    return resample(this.#recordings.read("heard"), { from: PHONE_RATE, to: options.sampleRate ?? PHONE_RATE });
  }

  /** All that this phone has said, as it went into its coder. Default 8 kHz. */
  said(options: { sampleRate?: 8_000 | 16_000 } = {}): Int16Array {
    return resample(this.#recordings.read("said"), { from: PHONE_RATE, to: options.sampleRate ?? PHONE_RATE });
  }

  /** @throws Error that names what the phone was doing instead, after `limitMs` (10 s) */
  until(state: PhoneState, options: { limitMs?: number } = {}): Promise<void> {
    return this.#untilTrue(() => this.#state === state, { what: state, ...options });
  }

  /** SIGKILL: a phone that vanishes without a word. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Hangs up and ends. Recordings stay readable until the server stops. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  get #folder(): string {
    return `${this.options.server.folder}/phones/${this.options.extension}`;
  }

  #path(name: string): string {
    return join(this.options.server.root, this.#folder, name);
  }

  #uri(number: string): string {
    return `sip:${number}@127.0.0.1:${this.options.server.sipPort}`;
  }

  #command(name: string, params?: string): Promise<string> {
    if (!this.#link) throw new Error(`phone ${this.extension} is not running`);
    return this.#link.command(name, params);
  }

  /** Holding and resuming are re-INVITEs; done when their answer has come. */
  async #renegotiate(command: "hold" | "resume"): Promise<void> {
    const before = this.#events.length;
    // 1.1 answers "Invalid argument" to a resume that it carries out.
    await this.#command(command).catch(() => {});
    const answered = () => this.#events.slice(before).some(({ type }) => type === "CALL_ANSWERED");
    await this.#untilTrue(answered, { what: command });
  }

  async #untilTrue(isTrue: () => boolean, options: { what: string; limitMs?: number }): Promise<void> {
    const limit = options.limitMs ?? WAIT_MS;
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!isTrue()) return;
        finish();
        resolve();
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`phone ${this.extension} is ${this.#state}, not ${options.what}, after ${limit} ms`));
      }, limit);
      const finish = () => {
        clearTimeout(timer);
        this.#watchers.delete(check);
      };
      this.#watchers.add(check);
      check();
    });
  }

  async #launch(): Promise<void> {
    const { server, extension, says = "silence" } = this.options;
    rmSync(this.#path("."), { recursive: true, force: true });
    mkdirSync(this.#path("recordings"), { recursive: true });
    writeSource(says, { path: this.#path("says.wav") });
    writeFileSync(this.#path("config"), this.#config());
    const answermode = (this.options.answers ?? "at-once") === "at-once" ? "auto" : "manual";
    const account = `<sip:${extension}@127.0.0.1:${server.sipPort}>;regint=0;answermode=${answermode};audio_codecs=PCMU/8000/1`;
    writeFileSync(this.#path("accounts"), `${account}\n`);
    writeFileSync(this.#path("contacts"), "");
    const child = spawn("chroot", [server.root, "/usr/bin/baresip", "-f", this.#folder], { stdio: "ignore" });
    this.#process = child;
    child.once("close", () => this.#change("idle"));
    const port = server.ports.phone(extension) + 2;
    this.#link = await ControlLink.open({ port, limitMs: START_LIMIT_MS, onEvent: (event) => this.#take(event) });
  }

  #config(): string {
    const { ports } = this.options.server;
    const sip = ports.phone(this.extension);
    return `sip_listen 127.0.0.1:${sip}
net_interface 127.0.0.1
call_local_timeout 600
call_max_calls 4
audio_source aufile,${this.#folder}/says.wav
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
snd_path ${this.#folder}/recordings
`;
  }

  #take(event: PhoneEvent): void {
    this.#events.push(event);
    if (event.type === "CALL_INCOMING") this.#change("incoming");
    else if (event.type === "CALL_ESTABLISHED") this.#change("established");
    else if (event.type === "CALL_CLOSED") this.#closed();
    else this.#change(this.#state);
  }

  #closed(): void {
    this.#recordings.close();
    this.#muted = false;
    // What was changed in the call holds for the next one too, unless it is set back.
    void this.#link?.command("ausrc", `aufile,${this.#folder}/says.wav`).catch(() => {});
    void this.#link?.command("auplay", "aubridge,ear").catch(() => {});
    this.#change("idle");
  }

  #change(state: PhoneState): void {
    this.#state = state;
    for (const check of [...this.#watchers]) check();
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    this.#link?.close();
    this.#link = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await closed;
    clearTimeout(timer);
    if (existsSync(this.#path("recordings"))) this.#recordings.close();
  }
}
