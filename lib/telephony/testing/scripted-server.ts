import { createServer as createHttp, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { TLSSocket } from "node:tls";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { CONTROL_PATH, PROTOCOL, PROTOCOL_VERSION, type WireCall } from "@/lib/contract/call-control";

export type ClientMessage = { type: string; [field: string]: unknown };
type Connection = {
  path: string;
  headers: Record<string, unknown>;
  socket: WebSocket;
  received: ClientMessage[];
  /** Binary frames. */
  frames: Buffer[];
};

const addressSchema = z.object({ port: z.number() });
const messageSchema = z.looseObject({ type: z.string() });

/** A server of the protocol that does only what the test says, also what no server should. */
export class ScriptedServer {
  readonly connections: Connection[] = [];
  /** How an upgrade is answered; null: let in. */
  refuseWith: number | null = null;
  greets = true;
  hello: Record<string, unknown> = {};
  /** Answers a text message of the client; pings are answered before. */
  onMessage: (message: ClientMessage, connection: Connection) => void = () => {};
  #answersPings = true;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor(tls?: { cert: string; key: string; ca: string }) {
    this.#http = tls ? createHttps({ ...tls, requestCert: true, rejectUnauthorized: false }) : createHttp();
    this.#http.on("upgrade", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      const isStranger = tls !== undefined && request.socket instanceof TLSSocket && !request.socket.authorized;
      const refusal = isStranger ? 401 : this.refuseWith;
      if (refusal !== null) {
        socket.end(`HTTP/1.1 ${refusal} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.#accept({
          path: request.url ?? "",
          headers: request.headers,
          socket: webSocket,
          received: [],
          frames: [],
        }),
      );
    });
  }

  /** @returns the port on 127.0.0.1. */
  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#http.listen(0, "127.0.0.1", () => resolve(addressSchema.parse(this.#http.address()).port));
    });
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Half dead: the connections stay, and nothing is answered any more. */
  fallSilent(): void {
    this.#answersPings = false;
    this.onMessage = () => {};
  }

  answerAgain(): void {
    this.#answersPings = true;
  }

  /** Open connections, oldest first. */
  get control(): Connection[] {
    return this.connections.filter(({ path, socket }) => path === CONTROL_PATH && socket.readyState === socket.OPEN);
  }

  media(callId: string): Connection[] {
    return this.connections.filter(
      ({ path, socket }) => path.endsWith(`/${callId}`) && socket.readyState === socket.OPEN,
    );
  }

  tell(connections: readonly Connection[], message: object | string | Buffer): void {
    const data = typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message);
    for (const { socket } of connections) socket.send(data);
  }

  #accept(connection: Connection): void {
    this.connections.push(connection);
    const { socket } = connection;
    socket.on("error", () => socket.terminate());
    socket.on("message", (data, isBinary) => {
      if (isBinary && Buffer.isBuffer(data)) connection.frames.push(data);
      else this.#receive(connection, String(data));
    });
    if (this.greets) this.sayHello(connection);
  }

  sayHello({ socket }: Connection): void {
    const capabilities = { perPartyAudio: true, modes: ["spy", "whisper", "barge"], flush: true, mark: true };
    const hello = {
      ...{ type: "hello", protocol: PROTOCOL, version: PROTOCOL_VERSION, sampleRate: 16_000, frameMs: 20 },
      ...{ heartbeatMs: 1_000, capabilities: { ...capabilities, simulated: false } },
      ...this.hello,
    };
    socket.send(JSON.stringify(hello));
  }

  #receive(connection: Connection, text: string): void {
    const message = messageSchema.parse(JSON.parse(text));
    if (message.type === "ping") {
      if (this.#answersPings) connection.socket.send(JSON.stringify({ type: "pong", id: message.id }));
      return;
    }
    connection.received.push(message);
    this.onMessage(message, connection);
  }
}

/** @returns a call as the wire describes it. */
export function wireCall(call: Partial<Record<keyof WireCall, unknown>> = {}): Record<string, unknown> {
  return {
    ...{ callId: "w1", state: "PENDING", mode: null, callerNumber: "+4940111", callerName: "Ada" },
    ...{ calleeNumber: "201", calleeName: null, startedAt: 1_700_000_000_000 },
    ...call,
  };
}
