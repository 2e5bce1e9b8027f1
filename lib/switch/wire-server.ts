import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import {
  CONNECTOR_HEADER,
  CONTROL_PATH,
  MAX_TEXT_BYTES,
  MEDIA_PATH,
  type ProtocolErrorCode,
} from "@/lib/contract/call-control";
import { PHONE_PATH, type PhoneIdentity } from "@/lib/contract/softphone";
import type { Logger } from "@/lib/platform/logger";
import { isAuthorised } from "./auth";
import { readPhoneHeaders } from "./phone-headers";

/** Above the protocol's own limits, so that a message a little too large gets a coded answer and only a huge one is cut off. */
const MAX_PAYLOAD_BYTES = 2 * MAX_TEXT_BYTES;
const MAX_CONNECTIONS = 4096;

export type TlsFiles = { cert: string | Buffer; key: string | Buffer; ca?: string | Buffer | undefined };

export type WireServerOptions = {
  host: string;
  port: number;
  apiKey: string | null;
  tls: TlsFiles | null;
  onControl: (socket: WebSocket) => void;
  onMedia: (socket: WebSocket, about: { callId: string; connectorId: string }) => void;
  onPhone: (socket: WebSocket, identity: PhoneIdentity) => void;
};

/** HTTP(S) with nothing but the upgrade to the three kinds of connection, and the check of who asks. */
export class WireServer {
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  });

  constructor(
    private readonly options: WireServerOptions,
    private readonly deps: { logger: Logger },
  ) {
    const { tls } = options;
    this.#http = tls
      ? createHttpsServer({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: false })
      : createHttpServer();
    this.#http.maxConnections = MAX_CONNECTIONS;
    this.#http.on("request", (_request, response) => {
      response.writeHead(426, { "content-type": "text/plain", upgrade: "websocket" }).end("WebSocket only\n");
    });
    this.#http.on("upgrade", (request, socket, head) => this.#onUpgrade(request, { socket, head }));
    this.#http.on("clientError", (_error, socket) => socket.destroy());
  }

  /** @returns the address, e.g. `ws://127.0.0.1:PORT`. @throws where the port is taken. */
  async listen(): Promise<string> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen(port, host, () => resolve());
    });
    this.#http.on("error", (error) => this.deps.logger.error({ err: error }, "server failed"));
    const address = this.#http.address() as AddressInfo;
    const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
    return `${this.options.tls ? "wss" : "ws"}://${name}:${address.port}`;
  }

  /** Connections still open are cut. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  #onUpgrade(request: IncomingMessage, { socket, head }: { socket: Duplex; head: Buffer }): void {
    socket.on("error", () => socket.destroy());
    if (!isAuthorised(request, this.options)) {
      this.deps.logger.warn({ remote: request.socket.remoteAddress }, "connection refused: key or certificate wrong");
      refuse(socket, {
        status: "401 Unauthorized",
        code: "UNAUTHENTICATED",
        message: "wrong key or certificate",
      });
      return;
    }
    const path = (request.url ?? "").split("?")[0] ?? "";
    if (path === PHONE_PATH) {
      this.#onPhone(request, { socket, head });
      return;
    }
    if (path !== CONTROL_PATH && !path.startsWith(MEDIA_PATH)) {
      refuse(socket, { status: "404 Not Found", code: "BAD_MESSAGE", message: "no such path" });
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (path === CONTROL_PATH) return this.options.onControl(webSocket);
      const connectorId = String(request.headers[CONNECTOR_HEADER] ?? "").slice(0, 64);
      this.options.onMedia(webSocket, { callId: path.slice(MEDIA_PATH.length), connectorId });
    });
  }

  #onPhone(request: IncomingMessage, { socket, head }: { socket: Duplex; head: Buffer }): void {
    const identity = readPhoneHeaders(request.headers);
    if (identity)
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.options.onPhone(webSocket, identity));
    else
      refuse(socket, {
        status: "400 Bad Request",
        code: "BAD_MESSAGE",
        message: "whose phone it is does not stand in the headers",
      });
  }
}

function refuse(socket: Duplex, reply: { status: string; code: ProtocolErrorCode; message: string }): void {
  const body = JSON.stringify({ code: reply.code, message: reply.message, retryable: false });
  const head = `HTTP/1.1 ${reply.status}\r\nConnection: close\r\nContent-Type: application/json\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
