import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

export type HttpAnswer = { status: number; json?: unknown; html?: string };
type SocketRequest = z.infer<typeof requestSchema>;
type SocketAnswer = { status: number; body?: string };
type AriConnection = { app: string; query: URLSearchParams; socket: WebSocket; received: SocketRequest[] };

const addressSchema = z.object({ port: z.number() });
const requestSchema = z.looseObject({
  type: z.literal("RESTRequest"),
  request_id: z.string(),
  method: z.string(),
  uri: z.string(),
  query_strings: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  content_type: z.string().optional(),
  message_body: z.string().optional(),
});

const PAGE = "<!DOCTYPE HTML><title>404 Not Found</title>";
const MODULES = ["res_ari_asterisk", "res_ari_applications", "res_ari_channels", "res_ari_bridges", "res_ari_events"];

/** An Asterisk of which only the HTTP server and ARI exist, and which does what the test says, also what none should. */
export class ScriptedAri {
  readonly connections: AriConnection[] = [];
  /** HTTP requests so far, `GET asterisk/ping`. */
  readonly asked: string[] = [];
  readonly users = new Map([["earshot", { password: "secret", readOnly: false }]]);
  /** Of HTTP, by `METHOD path`; instead of what a healthy Asterisk answers. */
  readonly answers = new Map<string, HttpAnswer>();
  readonly modules = new Set([...MODULES, "res_stasis_snoop", "chan_websocket"].map((name) => `${name}.so`));
  version = "22.10.1+dfsg";
  server = "Asterisk/22.10.1";
  isAriOn = true;
  /** How WebSockets are answered; null: let in. */
  refuseWith: number | null = null;
  /** Accepts and hangs up, as past `sessionlimit`. */
  hangsUp = false;
  /** Nothing is answered any more, on no socket. */
  isSilent = false;
  /** Applications in use by others. */
  readonly occupied = new Set<string>();
  /** Answers a request on a socket; null: never. */
  onRequest: (request: SocketRequest, connection: AriConnection) => SocketAnswer | null = () => ({
    status: 404,
    body: '{"message":"Channel not found"}',
  });
  /** Before the first request on a socket is answered. */
  onOpen: (connection: AriConnection) => void = () => {};
  readonly #raw = new Set<Socket>();
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor(tls?: { cert: string; key: string }) {
    const listener = (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response);
    this.#http = tls ? createHttps(tls, listener) : createHttp(listener);
    this.#http.on("connection", (socket) => {
      this.#raw.add(socket);
      socket.on("close", () => this.#raw.delete(socket));
      if (this.hangsUp) socket.destroy();
    });
    this.#http.on("upgrade", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      if (this.isSilent) return;
      const refusal = this.refuseWith ?? (this.isAriOn ? this.#refusal(request, "GET") : 404);
      if (refusal !== null) socket.end(`HTTP/1.1 ${refusal} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      else this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#accept(request, opened));
    });
  }

  /** @returns the port on 127.0.0.1. */
  listen(port = 0): Promise<number> {
    return new Promise((resolve) => {
      this.#http.listen(port, "127.0.0.1", () => resolve(addressSchema.parse(this.#http.address()).port));
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#raw) socket.destroy();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Open sockets of an application, oldest first. */
  open(app = "earshot"): AriConnection[] {
    return this.connections.filter(
      (connection) => connection.app === app && connection.socket.readyState === connection.socket.OPEN,
    );
  }

  tell(message: object | string | Buffer): void {
    const data = typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message);
    for (const { socket } of this.open()) socket.send(data);
  }

  /** What Asterisk does when another program connects as the same application: the socket stays open. */
  replace(): void {
    this.occupied.add("earshot");
    this.tell({ type: "ApplicationReplaced", application: "earshot", timestamp: "2026-11-22T16:52:51.001+0000" });
  }

  #refusal(request: IncomingMessage, method: string): number | null {
    const [, encoded = ""] = (request.headers.authorization ?? "").split(" ");
    const [name = "", ...password] = Buffer.from(encoded, "base64").toString().split(":");
    const user = this.users.get(name);
    if (user?.password !== password.join(":")) return 401;
    return user.readOnly && method !== "GET" ? 403 : null;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const method = request.method ?? "";
    const path = (request.url ?? "").replace(/^\/ari\//, "");
    this.asked.push(`${method} ${path}`);
    if (this.isSilent) return;
    const refusal = this.#refusal(request, method);
    const { status, json, html } =
      this.answers.get(`${method} ${path}`) ??
      (this.isAriOn
        ? refusal === null
          ? this.#healthy(path)
          : { status: refusal, json: { message: refusal === 401 ? "Authentication required" : "Write access denied" } }
        : { status: 404, html: PAGE });
    response.writeHead(status, { Server: this.server, "Content-Type": html ? "text/html" : "application/json" });
    response.end(html ?? JSON.stringify(json));
  }

  #healthy(path: string): HttpAnswer {
    const missing = (message: string): HttpAnswer => ({ status: 404, json: { message } });
    if (path === "asterisk/ping") return { status: 200, json: { ping: "pong" } };
    if (path === "asterisk/info?only=system") return { status: 200, json: { system: { version: this.version } } };
    if (path === "asterisk/modules")
      return { status: 200, json: [...this.modules].map((name) => ({ name, status: "Running" })) };
    const [, app] = /^applications\/(.+)$/.exec(path) ?? [];
    if (app === undefined) return missing("Channel not found");
    const isTaken = this.occupied.has(app) || this.open(app).length > 0;
    return isTaken ? { status: 200, json: { name: app } } : missing("Application not found");
  }

  #accept(request: IncomingMessage, socket: WebSocket): void {
    const query = new URL(request.url ?? "", "http://asterisk").searchParams;
    const connection: AriConnection = { app: query.get("app") ?? "", query, socket, received: [] };
    this.connections.push(connection);
    this.onOpen(connection);
    socket.on("error", () => socket.terminate());
    socket.on("message", (data) => {
      if (this.isSilent) return;
      const asked = requestSchema.parse(JSON.parse(String(data)));
      const isPing = asked.uri === "asterisk/ping";
      if (!isPing) connection.received.push(asked);
      const answer = isPing ? { status: 200, body: '{"ping":"pong"}' } : this.onRequest(asked, connection);
      if (answer) socket.send(restResponse(asked.request_id, answer));
    });
  }
}

/** @returns the text of an answer to a request on the socket, with Asterisk's field names. */
export function restResponse(requestId: string, { status, body }: SocketAnswer): string {
  const content = body === undefined ? {} : { content_type: "application/json", message_body: body };
  const reason = status === 404 ? "Not Found" : status < 300 ? "OK" : "Failed";
  return JSON.stringify({
    ...{ type: "RESTResponse", transaction_id: "", request_id: requestId, status_code: status },
    ...{ reason_phrase: reason, uri: "", application: "earshot", ...content },
  });
}

/** @returns a channel as Asterisk 22.10 describes it. */
export function ariChannel(channel: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ id: "1795366369.0", name: "PJSIP/201-00000007", state: "Up", protocol_id: "x@y" },
    ...{ caller: { name: "Ada", number: "+4940111" }, connected: { name: "", number: "201" }, accountcode: "" },
    dialplan: { context: "default", exten: "201", priority: 1, app_name: "Dial", app_data: "PJSIP/201" },
    ...{ creationtime: "2026-11-22T16:52:49.481+0000", language: "en" },
    ...channel,
  };
}
