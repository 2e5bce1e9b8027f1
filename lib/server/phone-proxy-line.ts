import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type LineRefusal, PHONE_PATH, type PhoneIdentity } from "@/lib/contract/softphone";
import type { Clock } from "@/lib/platform/clock";
import { writePhoneHeaders } from "@/lib/switch/phone-headers";

/** A client that does not take its refusal in this time is cut. */
const REFUSAL_LIMIT_MS = 2000;

const STATUS = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  503: "Service Unavailable",
} as const;

/** Why there is no line, as HTTP says it. */
export type Refusal = { status: keyof typeof STATUS; refusal: LineRefusal };

export function refusal(status: Refusal["status"], code: LineRefusal["code"], message: string): Refusal {
  return { status, refusal: { code, message } };
}

/** Answers an upgrade with why not. The socket is ours to destroy: it would stay half open for as long as the client likes. */
export function refuse(socket: Duplex, { status, refusal: body }: Refusal, { clock }: { clock: Clock }): void {
  const json = JSON.stringify(body);
  const head = `HTTP/1.1 ${status} ${STATUS[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n`;
  const cancel = clock.after(REFUSAL_LIMIT_MS, () => socket.destroy());
  socket.once("close", cancel);
  // What is left unread when a socket is destroyed makes the network throw the answer away (RFC 1122 §4.2.2.13).
  socket.resume();
  socket.end(`${head}Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`, () => socket.destroy());
}

/** Two ends of one line: what ends the one ends the other. */
export function join(socket: Duplex, upstream: Socket): void {
  upstream.setTimeout(0);
  upstream.setNoDelay(true);
  if ("setNoDelay" in socket && typeof socket.setNoDelay === "function") socket.setNoDelay(true);
  upstream.on("error", () => upstream.destroy());
  upstream.once("close", () => socket.destroy());
  socket.pipe(upstream);
  upstream.pipe(socket);
}

/** A request of our own: of the browser's nothing but the handshake, so that no header of its making says whose phone it is. */
export function requestHead(
  { headers }: IncomingMessage,
  about: { identity: PhoneIdentity; exchange: { url: string; apiKey: string } },
): string {
  const { identity, exchange } = about;
  const lines = [
    `GET ${PHONE_PATH} HTTP/1.1`,
    `Host: ${new URL(exchange.url).host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    `Sec-WebSocket-Version: ${headers["sec-websocket-version"] ?? ""}`,
    `Sec-WebSocket-Key: ${headers["sec-websocket-key"] ?? ""}`,
    `Authorization: Bearer ${exchange.apiKey}`,
    ...Object.entries(writePhoneHeaders(identity)).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}
