import { resample } from "@/lib/audio/resample";
import type { AsteriskServer } from "./asterisk-server";
import { Baresip } from "./baresip";
import type { PhoneEvent } from "./control-link";
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
type CallPhase = "calling" | "incoming" | "established";
export type PhoneState = "idle" | CallPhase;

const WAIT_MS = 10_000;

/** One real SIP phone (baresip) that sends RTP for as long as a call is on, also where it says nothing. */
export class SipPhone {
  /** By baresip's call id, oldest first. */
  readonly #calls = new Map<string, CallPhase>();
  readonly #events: PhoneEvent[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #recordings: PhoneRecordings;
  readonly #baresip: Baresip;
  #muted = false;
  #clips = 0;
  #players = 0;

  private constructor(private readonly options: SipPhoneOptions) {
    const { server, extension, says = "silence", answers = "at-once" } = options;
    this.#baresip = new Baresip({
      server,
      extension,
      says,
      answersAtOnce: answers === "at-once",
      onEvent: (event) => this.#take(event),
      onGone: () => {
        this.#calls.clear();
        this.#notify();
      },
    });
    this.#recordings = new PhoneRecordings(this.#baresip.path("recordings"));
  }

  /** @throws Error where baresip does not start within 5 s */
  static async start(options: SipPhoneOptions): Promise<SipPhone> {
    const phone = new SipPhone(options);
    try {
      await phone.#baresip.start();
      return phone;
    } catch (error) {
      await phone.kill();
      throw error;
    }
  }

  get extension(): number {
    return this.options.extension;
  }

  /** Of the newest call. */
  get state(): PhoneState {
    return [...this.#calls.values()].at(-1) ?? "idle";
  }

  /** What baresip has told, oldest first. */
  get events(): readonly PhoneEvent[] {
    return this.#events;
  }

  /** The last SIP messages of this phone, to find out what went wrong. */
  get trace(): string {
    return this.#baresip.trace;
  }

  get pid(): number | undefined {
    return this.#baresip.pid;
  }

  /** Calls and waits for the answer. @throws Error where the call ends before, or nobody answers within `limitMs` (10 s) */
  async dial(number: string, options: { limitMs?: number } = {}): Promise<void> {
    const id = await this.startDialling(number);
    const isOver = () => this.#calls.get(id) !== "calling";
    await this.#untilTrue(isOver, { what: `answered by ${number}`, ...options });
    if (this.#calls.has(id)) return;
    throw new Error(`phone ${this.extension} was not put through to ${number}: ${this.#closingOf(id)?.param}`);
  }

  /** Calls and does not wait. @returns baresip's id of the call */
  async startDialling(number: string): Promise<string> {
    const said = await this.#baresip.command("dial", this.#uri(number));
    const id = /call id: (\S+)/.exec(said)?.[1];
    if (!id) throw new Error(`phone ${this.extension} cannot dial ${number}: ${said}`);
    const isKnown = this.#calls.has(id) || this.#closingOf(id) !== undefined;
    if (!isKnown) this.#calls.set(id, "calling");
    return id;
  }

  async answer(): Promise<void> {
    await this.until("incoming");
    await this.#baresip.command("accept");
    await this.until("established");
  }

  /** Ends the newest call, or refuses it. */
  async hangUp(): Promise<void> {
    const before = this.#calls.size;
    await this.#baresip.command("hangup");
    await this.#untilTrue(() => this.#calls.size < before, { what: "hung up" });
  }

  /** Keeps what the phone heard. The other party hears the server's music. */
  async hold(): Promise<void> {
    // The player's file would be opened anew, and emptied, by the change.
    if (this.#players > 0) await this.#baresip.command("auplay", "aubridge,ear");
    await this.#renegotiate("hold");
  }

  async resume(): Promise<void> {
    await this.#renegotiate("resume");
    // baresip 1.1 loses its recorder of the heard side in a hold; from here on its player writes the file.
    const file = this.#recordings.nextPlayerFile(++this.#players);
    await this.#baresip.command("auplay", `aufile,${this.#baresip.folder}/recordings/${file}`);
  }

  /** A muted phone sends silence. */
  async mute(on: boolean): Promise<void> {
    if (on !== this.#muted) await this.#baresip.command("mute");
    this.#muted = on;
  }

  /** Hands the other party on to `number` by SIP REFER; this phone is then out of the call. */
  async blindTransfer(number: string): Promise<void> {
    await this.#baresip.command("transfer", this.#uri(number));
    await this.until("idle");
  }

  /** Holds the call and calls `number` to ask. `completeTransfer` brings the two together; `hangUp` gives it up. */
  async consult(number: string): Promise<void> {
    await this.hold();
    await this.dial(number);
  }

  /** After `consult`: a REFER with Replaces (RFC 3891), as a phone's transfer key sends it. */
  async completeTransfer(): Promise<void> {
    const [, consulted] = [...this.#calls.keys()];
    if (!consulted) throw new Error(`phone ${this.extension} has nobody to transfer to: call consult first`);
    const { target, replaces } = this.#dialogOf(consulted);
    await this.#baresip.command("line", "1");
    await this.#baresip.command("transfer", `<${target}?Replaces=${encodeURIComponent(replaces)}>`);
    await this.until("idle");
  }

  /** Holds, calls `number`, and hands the held party on as soon as it is answered. */
  async attendedTransfer(number: string): Promise<void> {
    await this.consult(number);
    await this.completeTransfer();
  }

  /** Says these once (s16le mono, 16 kHz) instead of what it was saying, and then silence. Resolves when it begins. */
  async say(samples: Int16Array): Promise<void> {
    const name = `clip-${++this.#clips}.wav`;
    writeSource({ samples }, { path: this.#baresip.path(name) });
    await this.#baresip.command("ausrc", `aufile,${this.#baresip.folder}/${name}`);
  }

  /** All that this phone has heard so far, calls one after another, also while a call is on. Default 8 kHz, as on the wire. */
  heard(options: { sampleRate?: 8_000 | 16_000 } = {}): Int16Array {
    return resample(this.#recordings.read("heard"), { from: PHONE_RATE, to: options.sampleRate ?? PHONE_RATE });
  }

  /** All that this phone has said, as it went into its coder. Default 8 kHz. */
  said(options: { sampleRate?: 8_000 | 16_000 } = {}): Int16Array {
    return resample(this.#recordings.read("said"), { from: PHONE_RATE, to: options.sampleRate ?? PHONE_RATE });
  }

  /** Waits for a state of the newest call. @throws Error that names the state it is in, after `limitMs` (10 s) */
  until(state: PhoneState, options: { limitMs?: number } = {}): Promise<void> {
    return this.#untilTrue(() => this.state === state, { what: state, ...options });
  }

  /** SIGKILL: a phone that vanishes without a word. Its recordings stay readable until the server stops. */
  async kill(): Promise<void> {
    await this.#baresip.end("SIGKILL");
  }

  /** Hangs up and ends. */
  async stop(): Promise<void> {
    await this.#baresip.end("SIGTERM");
  }

  #closingOf(callId: string): PhoneEvent | undefined {
    return this.#events.findLast(({ type, id }) => type === "CALL_CLOSED" && id === callId);
  }

  #uri(number: string): string {
    return `sip:${number}@127.0.0.1:${this.options.server.sipPort}`;
  }

  /** Holding and resuming are re-INVITEs; done when their answer has come. */
  async #renegotiate(command: "hold" | "resume"): Promise<void> {
    const before = this.#events.length;
    // 1.1 answers "Invalid argument" to a resume that it carries out: only the other side's answer says that it is done.
    await this.#baresip.command(command).catch(() => {});
    const isAnswered = () => this.#events.slice(before).some(({ type }) => type === "CALL_ANSWERED");
    await this.#untilTrue(isAnswered, { what: command });
  }

  /** @returns whom this phone called, and the dialog's name as `Replaces` wants it (RFC 3891: the tags as the server sees them) */
  #dialogOf(callId: string): { target: string; replaces: string } {
    const answers = this.trace.split(/\n(?=SIP\/2\.0 |[A-Z]+ sip:)/).filter((text) => text.startsWith("SIP/2.0 200"));
    const answer = answers.findLast((text) => text.includes(`Call-ID: ${callId}`) && /CSeq: \d+ INVITE/.test(text));
    const field = (pattern: RegExp) => pattern.exec(answer ?? "")?.[1];
    const local = field(/^From:.*;tag=(\S+)/m);
    const remote = field(/^To:.*;tag=(\S+)/m);
    const number = field(/^To:.*<sip:([^@>]+)@/m);
    if (!local || !remote || !number) throw new Error(`no answered call ${callId} in the SIP trace`);
    return { target: this.#uri(number), replaces: `${callId};to-tag=${remote};from-tag=${local}` };
  }

  async #untilTrue(isTrue: () => boolean, options: { what: string; limitMs?: number }): Promise<void> {
    const limit = options.limitMs ?? WAIT_MS;
    await new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        settle();
      };
      const check = () => {
        if (isTrue()) finish(resolve);
      };
      const timer = setTimeout(() => {
        const problem = new Error(`phone ${this.extension} is ${this.state}, not ${options.what}, after ${limit} ms`);
        finish(() => reject(problem));
      }, limit);
      this.#watchers.add(check);
      check();
    });
  }

  #take(event: PhoneEvent): void {
    this.#events.push(event);
    if (event.type === "CALL_INCOMING") this.#calls.set(event.id, "incoming");
    else if (event.type === "CALL_ESTABLISHED") this.#calls.set(event.id, "established");
    else if (event.type === "CALL_CLOSED") this.#close(event.id);
    this.#notify();
  }

  #close(callId: string): void {
    this.#calls.delete(callId);
    if (this.#calls.size > 0) return;
    this.#recordings.close();
    this.#muted = false;
    // What was changed in the call holds for the next one too, unless it is set back.
    if (this.#clips > 0) this.#baresip.command("ausrc", `aufile,${this.#baresip.folder}/says.wav`).catch(() => {});
    if (this.#players > 0) this.#baresip.command("auplay", "aubridge,ear").catch(() => {});
  }

  #notify(): void {
    for (const check of [...this.#watchers]) check();
  }
}
