import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { TimedMark } from "./marks";
import { RtpVoice } from "./rtp-voice";
import { audioPortOf, formatSip, parseSip, pcmuSession, type SipMessage } from "./sip-message";

const ANSWER_LIMIT_MS = 10_000;

type Waiter = { resolve: () => void; reject: (error: Error) => void };
type Dialog = { callId: string; from: string; to: string; target: string; sequence: number };

/** The smallest phone that can be timed: one call by RFC 3261 without registration or retransmission (nothing is lost on `lo`). */
export class SipEndpoint {
  readonly #socket: Socket = createSocket("udp4");
  readonly #tag = randomBytes(6).toString("hex");
  #dialog: Dialog | null = null;
  #dialling: Waiter | null = null;
  /** The INVITE that was answered, by Call-ID: its repetitions are answered alike, and start nothing. */
  #answered: string | null = null;
  #voiceStarted = false;

  private constructor(
    private readonly options: { extension: number; port: number; serverPort: number },
    private readonly voice: RtpVoice,
  ) {
    this.#socket.on("message", (data) => this.#receive(parseSip(data.toString("utf8"))));
  }

  static async open(options: { extension: number; port: number; serverPort: number }): Promise<SipEndpoint> {
    const endpoint = new SipEndpoint(options, await RtpVoice.open(options.extension));
    endpoint.#socket.bind(options.port, "127.0.0.1");
    await once(endpoint.#socket, "listening");
    return endpoint;
  }

  /** Resolves once it is answered. @throws Error with the refusal, or after 10 s */
  dial(number: number): Promise<void> {
    const { extension, serverPort } = this.options;
    const target = `sip:${number}@127.0.0.1:${serverPort}`;
    const from = `<sip:${extension}@127.0.0.1>;tag=${this.#tag}`;
    this.#dialog = { callId: randomBytes(8).toString("hex"), from, to: `<${target}>`, target, sequence: 1 };
    this.#send(this.#request("INVITE", { ...this.#dialog, sdp: pcmuSession(this.voice.port) }));
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new Error(`${number} did not answer in 10 s`));
      const timer = setTimeout(refuse, ANSWER_LIMIT_MS);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#dialling = null;
        act();
      };
      this.#dialling = { resolve: () => settle(resolve), reject: (error) => settle(() => reject(error)) };
    });
  }

  /** Ends the call that it dialled. */
  hangUp(): void {
    if (this.#dialog) this.#send(this.#request("BYE", { ...this.#dialog, sequence: this.#dialog.sequence + 1 }));
  }

  speak(isSpeaking: boolean): void {
    this.voice.speak(isSpeaking);
  }

  take(): { said: TimedMark[]; heard: TimedMark[] } {
    return this.voice.take();
  }

  stop(): void {
    this.voice.stop();
    this.#socket.close();
  }

  #receive(message: SipMessage): void {
    if (message.method === "INVITE") this.#answer(message);
    else if (message.method !== "" && message.method !== "ACK") this.#send(this.#response(message));
    else if (message.status >= 200 && /INVITE$/.test(header(message, "cseq"))) this.#dialled(message);
  }

  #answer(invite: SipMessage): void {
    this.#send(this.#response(invite, pcmuSession(this.voice.port)));
    if (this.#answered === header(invite, "call-id")) return;
    this.#answered = header(invite, "call-id");
    this.#startVoice(invite);
  }

  /** A final answer to our INVITE; it comes again where our ACK was late. */
  #dialled(response: SipMessage): void {
    if (!this.#dialog) return;
    const target = /<([^>]+)>/.exec(header(response, "contact"))?.[1] ?? this.#dialog.target;
    this.#dialog = { ...this.#dialog, to: header(response, "to"), target };
    this.#send(this.#request("ACK", this.#dialog));
    if (response.status >= 300) this.#dialling?.reject(new Error(response.startLine));
    else {
      this.#startVoice(response);
      this.#dialling?.resolve();
    }
  }

  #startVoice(message: SipMessage): void {
    if (this.#voiceStarted) return;
    this.#voiceStarted = true;
    void this.voice.start(audioPortOf(message));
  }

  #request(method: string, dialog: Dialog & { sdp?: string }): string {
    const { callId, from, to, target, sequence, sdp } = dialog;
    return formatSip({
      startLine: `${method} ${target} SIP/2.0`,
      headers: [
        ["Via", `SIP/2.0/UDP 127.0.0.1:${this.options.port};branch=z9hG4bK${randomBytes(6).toString("hex")}`],
        ...dialogHeaders({ from, to, callId }),
        ["CSeq", `${sequence} ${method}`],
        ["Contact", this.#contact],
        ["Max-Forwards", "70"],
      ],
      ...(sdp ? { sdp } : {}),
    });
  }

  #response(request: SipMessage, sdp = ""): string {
    const to = header(request, "to");
    const vias = (request.headers.get("via") ?? []).map((via) => ["Via", via] as const);
    return formatSip({
      startLine: "SIP/2.0 200 OK",
      headers: [
        ...vias,
        ...dialogHeaders({
          from: header(request, "from"),
          to: to.includes("tag=") ? to : `${to};tag=${this.#tag}`,
          callId: header(request, "call-id"),
        }),
        ["CSeq", header(request, "cseq")],
        ["Contact", this.#contact],
      ],
      sdp,
    });
  }

  get #contact(): string {
    return `<sip:${this.options.extension}@127.0.0.1:${this.options.port}>`;
  }

  #send(text: string): void {
    this.#socket.send(text, this.options.serverPort, "127.0.0.1");
  }
}

function header({ headers }: SipMessage, name: string): string {
  return headers.get(name)?.[0] ?? "";
}

function dialogHeaders(dialog: { from: string; to: string; callId: string }): [string, string][] {
  return [
    ["From", dialog.from],
    ["To", dialog.to],
    ["Call-ID", dialog.callId],
  ];
}
