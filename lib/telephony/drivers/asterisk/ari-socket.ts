import { type ClientOptions, type RawData, WebSocket } from "ws";
import type { Clock } from "@/lib/platform/clock";
import { ariUrl, basicAuth } from "./ari-http";
import { AriHeartbeat } from "./heartbeat";
import type { ParsedOptions } from "./options";
import { asteriskAway, PendingRequests } from "./pending-requests";
import { type AriEvent, type AriMessage, parseAriMessage } from "./wire";

export type AriRequest = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/channels/ID/snoop/SID`; encode what goes into a segment. */
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  /** Default 5000. */
  limitMs?: number;
};

/** `isSilent`: no answer at all, so asking again what is wrong would only wait as long once more. */
export type SocketLoss = { detail: string; isSilent: boolean };

type SocketHandlers = {
  ready(): void;
  event(event: AriEvent): void;
  /** Another program is connected as our application now; this socket gets no event any more. */
  replaced(): void;
  latency(ms: number): void;
  lost(loss: SocketLoss): void;
  malformed(reason: string): void;
};

const REQUEST_LIMIT_MS = 5_000;
/** From dialling to the answer to the first ping. Short, since a lost first packet of TCP is sent again only after 1 s, then 2. */
const OPEN_LIMIT_MS = 2_500;
/** `GET /channels` of some ten thousand channels. Asterisk itself sends nothing larger. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Events between the socket's opening and the first answer on it; more than a busy second has. */
const MOST_HELD = 10_000;

/** One WebSocket to ARI, from dialling to its end: events, REST on the same socket, heartbeat. */
export class AriSocket {
  readonly #socket: WebSocket;
  readonly #pending: PendingRequests;
  readonly #heartbeat: AriHeartbeat;
  readonly #held: AriEvent[] = [];
  #cancelOpenLimit: () => void;
  #isReady = false;
  #isOver = false;
  #count = 0;

  constructor(private readonly parts: { options: ParsedOptions; clock: Clock; handlers: SocketHandlers }) {
    const { options, clock, handlers } = parts;
    this.#pending = new PendingRequests(clock);
    this.#heartbeat = new AriHeartbeat({
      clock,
      ping: (id) => this.#send({ request_id: id, method: "GET", uri: "asterisk/ping" }),
      latency: handlers.latency,
      dead: () => this.#lost({ detail: "Asterisk answers no heartbeat any more", isSilent: true }),
    });
    const url = socketUrl(options, { app: options.app });
    this.#socket = new WebSocket(url, socketOptions(options));
    this.#cancelOpenLimit = clock.after(OPEN_LIMIT_MS, () => this.#lost(openTimeout(this.#socket)));
    this.#listen();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** @throws AriRequestError, GatewayConnectionError, CallCommandTimeoutError */
  async request({ method, path, query, body, limitMs }: AriRequest): Promise<unknown> {
    if (!this.#isReady) throw asteriskAway(`${method} ${path} was not sent`);
    this.#count += 1;
    const id = `r${this.#count}`;
    const answer = this.#pending.expect({ id, what: `${method} ${path}`, limitMs: limitMs ?? REQUEST_LIMIT_MS });
    this.#send({
      request_id: id,
      method,
      // Below /ari, without a slash before it.
      uri: path.replace(/^\//, ""),
      ...(query ? { query_strings: Object.entries(query).map(([name, value]) => ({ name, value })) } : {}),
      ...(body === undefined ? {} : { content_type: "application/json", message_body: JSON.stringify(body) }),
    });
    return answer;
  }

  /** No handler is called any more; what waits for an answer rejects. */
  close(detail: string): void {
    if (this.#isOver) return;
    this.#finish(detail);
    // While dialling this emits an error; the listeners stay, and are deaf.
    this.#socket.close(1000);
  }

  #finish(detail: string): void {
    this.#isOver = true;
    this.#isReady = false;
    this.#cancelOpenLimit();
    this.#heartbeat.stop();
    this.#pending.lost(detail);
  }

  #listen(): void {
    const socket = this.#socket;
    const heard = (run: () => void) => {
      if (!this.#isOver) run();
    };
    socket.on("open", () => heard(() => this.#heartbeat.start()));
    socket.on("message", (data, isBinary) => heard(() => this.#receive(data, isBinary)));
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      heard(() => this.#lost({ detail: `Asterisk answered HTTP ${response.statusCode}`, isSilent: false }));
    });
    socket.on("error", (error) => heard(() => this.#lost({ detail: detailOf(error), isSilent: false })));
    socket.on("close", (code) =>
      heard(() => this.#lost({ detail: `Asterisk closed the connection (code ${code})`, isSilent: false })),
    );
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#heartbeat.heard();
    if (isBinary) this.parts.handlers.malformed("a binary message");
    else this.#dispatch(parseAriMessage(String(data)));
  }

  #dispatch(message: AriMessage): void {
    if (message.kind === "malformed") this.parts.handlers.malformed(message.reason);
    else if (message.kind === "response") {
      if (!this.#heartbeat.pong(message.response.request_id)) this.#pending.settle(message.response);
      else if (!this.#isReady) this.#ready();
    } else if (message.kind === "event") this.#tell(message.event);
  }

  #tell(event: AriEvent): void {
    const { handlers, options } = this.parts;
    if (event.type === "ApplicationReplaced") {
      if (event.application === options.app) handlers.replaced();
    } else if (this.#isReady) handlers.event(event);
    else if (this.#held.length < MOST_HELD) this.#held.push(event);
  }

  #ready(): void {
    this.#cancelOpenLimit();
    this.#isReady = true;
    this.parts.handlers.ready();
    for (const event of this.#held.splice(0)) if (!this.#isOver) this.parts.handlers.event(event);
  }

  #send(request: Record<string, unknown>): void {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ type: "RESTRequest", transaction_id: "", ...request }));
  }

  #lost(loss: SocketLoss): void {
    this.#finish(loss.detail);
    this.#socket.terminate();
    this.parts.handlers.lost(loss);
  }
}

/** @returns the address of the event socket. */
export function socketUrl(options: ParsedOptions, query: Record<string, string>): URL {
  const url = ariUrl(options, "events");
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = new URLSearchParams(query).toString();
  return url;
}

export function socketOptions(options: ParsedOptions): ClientOptions {
  return {
    headers: { Authorization: basicAuth(options) },
    ...(options.ca ? { ca: options.ca } : {}),
    perMessageDeflate: false,
    maxPayload: MOST_BYTES,
  };
}

function openTimeout(socket: WebSocket): SocketLoss {
  return socket.readyState === WebSocket.OPEN
    ? {
        detail: `Asterisk takes the WebSocket, but answers no request on it within ${OPEN_LIMIT_MS} ms`,
        isSilent: false,
      }
    : { detail: `Asterisk does not answer within ${OPEN_LIMIT_MS} ms`, isSilent: true };
}

function detailOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return `${error.message.slice(0, 150) || "the connection failed"}${code}`;
}
