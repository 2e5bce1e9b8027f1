import { WebSocket } from "ws";
import {
  type ControlServerMessage,
  type MediaClientMessage,
  type MediaServerMessage,
  PROTOCOL,
  PROTOCOL_VERSION,
  type ProtocolErrorCode,
} from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import { Backoff } from "@/lib/telephony/backoff";
import { GatewayAuthenticationError, type GatewayError } from "@/lib/telephony/gateway-errors";
import { CODE_OF_STATUS, clientOptions, finalError, isTlsRefusal, tlsAdvice } from "./dialling";
import type { FaultCounter } from "./fault-counter";
import { Heartbeat } from "./heartbeat";
import { HELLO_PATIENCE_MS, OPEN_LIMIT_MS, type ParsedOptions, STABLE_MS } from "./options";
import type { Parse, ServerHello } from "./wire";

type ServerMessage = ControlServerMessage | MediaServerMessage;

type PeerHandlers<M extends ServerMessage> = {
  /** Hellos exchanged. */
  opened: (hello: ServerHello) => void;
  /** Anything but hello, ping and pong, which are dealt with here. */
  message: (message: M) => void;
  binary: (bytes: Uint8Array) => void;
  latency: (ms: number) => void;
  /** The connection broke, or could not be made; the next attempt is in `retryInMs`. */
  down: (loss: { detail: string; retryInMs: number }) => void;
  /** Retrying cannot mend it; nothing more will be tried until `start`. */
  refused: (error: GatewayError) => void;
};

export type PeerSettings<M extends ServerMessage> = {
  path: string;
  gateway: ParsedOptions;
  parse: Parse<M>;
  /** Error codes after which dialling again is of no use. */
  finalCodes: readonly ProtocolErrorCode[];
  backoff: { baseMs: number; capMs: number };
  handlers: PeerHandlers<M>;
  clock: Clock;
  random: () => number;
  faults: FaultCounter;
};

/** One connection of the protocol that keeps itself up: dial, hello, heartbeat, and again after a jittered wait. */
export class PeerSocket<M extends ServerMessage> {
  readonly #settings: PeerSettings<M>;
  readonly #backoff: Backoff;
  #socket: WebSocket | null = null;
  #hello: ServerHello | null = null;
  #heartbeat: Heartbeat | null = null;
  #openedAt = 0;
  #cancelTimer: (() => void) | null = null;
  #cancelHello: (() => void) | null = null;
  #saidHello = false;
  #running = false;

  constructor(settings: PeerSettings<M>) {
    this.#settings = settings;
    this.#backoff = new Backoff({ ...settings.backoff, random: settings.random });
  }

  get isOpen(): boolean {
    return this.#hello !== null;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#dial();
  }

  /** No handler is called any more. */
  stop(): void {
    this.#running = false;
    this.#release("close");
  }

  /** @returns whether there was a connection to send it on. */
  send(message: MediaClientMessage): boolean {
    if (!this.#hello || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  sendBinary(bytes: Uint8Array): boolean {
    if (!this.#hello || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(bytes);
    return true;
  }

  #dial(): void {
    const { path, gateway, clock } = this.#settings;
    const socket = new WebSocket(new URL(path, gateway.url), clientOptions(gateway));
    this.#socket = socket;
    this.#cancelTimer = clock.after(OPEN_LIMIT_MS, () => this.#lost("the gateway did not answer the hello in time"));
    const mine = (run: () => void) => {
      if (this.#socket === socket) run();
    };
    socket.on("open", () => mine(() => this.#awaitHello(socket)));
    socket.on("message", (data, isBinary) =>
      mine(() => this.#receive(Buffer.isBuffer(data) ? data : Buffer.from([]), isBinary)),
    );
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      mine(() => this.#rejected(response.statusCode ?? 0));
    });
    socket.on("error", (error) => mine(() => this.#failed(error)));
    socket.on("close", (code) => mine(() => this.#lost(`the connection was closed (code ${code})`)));
  }

  /** The server's hello tells its rate, and ours repeats it; a server that waits for ours is not left waiting. */
  #awaitHello(socket: WebSocket): void {
    const { clock, gateway } = this.#settings;
    this.#cancelHello = clock.after(HELLO_PATIENCE_MS, () => this.#sendHello(socket, gateway.sampleRate));
  }

  #sendHello(socket: WebSocket, sampleRate: number): void {
    if (this.#saidHello) return;
    this.#saidHello = true;
    this.#cancelHello?.();
    const { name } = this.#settings.gateway;
    socket.send(JSON.stringify({ type: "hello", protocol: PROTOCOL, version: PROTOCOL_VERSION, sampleRate, name }));
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#heartbeat?.heard();
    if (isBinary) {
      if (this.#hello) this.#settings.handlers.binary(data);
      else this.#settings.faults.add("outOfOrder", { reason: "audio before the hello" });
      return;
    }
    const parsed = this.#settings.parse(data.toString());
    if (parsed.ok) {
      this.#dispatch(parsed.message);
      return;
    }
    this.#settings.faults.add("badMessage", { reason: parsed.reason });
    if (!this.#hello) this.#lost(`no hello of ${PROTOCOL} ${PROTOCOL_VERSION} (${parsed.reason})`);
  }

  #dispatch(message: M): void {
    if (message.type === "hello") this.#open(message);
    else if (message.type === "ping") this.#socket?.send(JSON.stringify({ type: "pong", id: message.id }));
    else if (message.type === "pong") this.#heartbeat?.pong(message.id);
    else if (message.type === "error" && message.id === null && this.#isFinal(message.error.code))
      this.#refuse(finalError({ code: message.error.code, message: message.error.message }));
    else if (this.#hello) this.#settings.handlers.message(message);
    else this.#settings.faults.add("outOfOrder", { reason: `${message.type} before the hello` });
  }

  #open(hello: ServerHello): void {
    if (this.#hello) {
      this.#settings.faults.add("outOfOrder", { reason: "a second hello" });
      return;
    }
    this.#cancelTimer?.();
    if (this.#socket) this.#sendHello(this.#socket, hello.sampleRate);
    this.#hello = hello;
    this.#openedAt = this.#settings.clock.now();
    this.#heartbeat = new Heartbeat({
      clock: this.#settings.clock,
      intervalMs: hello.heartbeatMs,
      ping: (id) => this.#socket?.send(JSON.stringify({ type: "ping", id })),
      latency: this.#settings.handlers.latency,
      dead: () => this.#lost("no answer to the heartbeat"),
    });
    this.#settings.handlers.opened(hello);
    this.#heartbeat?.start();
  }

  #isFinal(code: ProtocolErrorCode): boolean {
    return this.#settings.finalCodes.includes(code);
  }

  #rejected(status: number): void {
    const code = CODE_OF_STATUS.get(status);
    if (code && this.#isFinal(code)) this.#refuse(finalError({ code, message: `the gateway answered HTTP ${status}` }));
    else this.#lost(`the gateway answered HTTP ${status} to ${this.#settings.path}`);
  }

  #failed(error: Error): void {
    const code = "code" in error ? String(error.code) : "";
    if (isTlsRefusal(code))
      this.#refuse(new GatewayAuthenticationError("UNAUTHENTICATED", { message: tlsAdvice(code), cause: error }));
    else
      this.#lost(
        `${error.message || "the connection failed"}${code ? ` (${code})` : ""}${this.#certificateHint(code)}`,
      );
  }

  /** Under TLS 1.3 some servers refuse a certificate by hanging up, which a restart does as well: so it is retried. */
  #certificateHint(code: string): string {
    const isPossible = code === "ECONNRESET" && this.#settings.gateway.credentials.kind === "client-certificate";
    return isPossible ? "; perhaps it refuses our client certificate" : "";
  }

  #refuse(error: GatewayError): void {
    this.#running = false;
    this.#release("terminate");
    this.#settings.handlers.refused(error);
  }

  #lost(detail: string): void {
    const { clock, handlers } = this.#settings;
    if (this.#hello && clock.now() - this.#openedAt >= STABLE_MS) this.#backoff.reset();
    this.#release("terminate");
    const retryInMs = this.#backoff.next();
    this.#cancelTimer = clock.after(retryInMs, () => this.#dial());
    handlers.down({ detail: detail.slice(0, 250), retryInMs });
  }

  #release(how: "close" | "terminate"): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#hello = null;
    this.#saidHello = false;
    this.#cancelHello?.();
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#heartbeat?.stop();
    this.#heartbeat = null;
    // While dialling, closing emits an error event; the listeners stay, and are deaf.
    if (how === "close") socket?.close(1000);
    else socket?.terminate();
  }
}
