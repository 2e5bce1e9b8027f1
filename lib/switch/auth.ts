import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";

const SCHEME = "bearer ";

/**
 * Whether a request may open a connection: its API key is right (compared in constant time), or its client certificate
 * was verified by TLS. Without a key configured only certificates count.
 */
export function isAuthorised(request: IncomingMessage, { apiKey }: { apiKey: string | null }): boolean {
  if (request.socket instanceof TLSSocket && request.socket.authorized) return true;
  const header = request.headers.authorization ?? "";
  if (apiKey === null || !header.toLowerCase().startsWith(SCHEME)) return false;
  return sameSecret(header.slice(SCHEME.length).trim(), apiKey);
}

/** Digests have one length, so the comparison takes one time. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
