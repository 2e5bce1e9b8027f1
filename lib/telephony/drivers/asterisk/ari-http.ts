import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { ParsedOptions } from "./options";

export type HttpOutcome =
  /** `json`: null where the body is none. `server`: the header, `Asterisk/22.10.1` unless http.conf `servername` says otherwise. */
  { kind: "answer"; status: number; server: string; json: unknown } | { kind: "failed"; code: string };

type Target = Pick<ParsedOptions, "url" | "username" | "password" | "ca">;

/** `GET asterisk/modules` has some 50 kB. */
const MOST_BYTES = 4 * 1024 * 1024;

/** ARI over plain HTTP(S), for what is asked before there is a socket. Not fetch, which cannot be given a `ca`. */
export class AriHttp {
  constructor(
    private readonly target: Target,
    private readonly limitMs: number,
  ) {}

  /** @param request `path` as in `asterisk/ping`. Never rejects. */
  ask(request: { method?: "GET" | "POST" | "DELETE"; path: string }): Promise<HttpOutcome> {
    const { target, limitMs } = this;
    const url = ariUrl(target, request.path);
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    return new Promise((resolve) => {
      const settings = {
        method: request.method ?? "GET",
        headers: { Authorization: basicAuth(target), Accept: "application/json" },
        // One connection a request: the http.conf `sessionlimit` counts the idle ones too.
        agent: false,
        signal: AbortSignal.timeout(limitMs),
        ...(target.ca ? { ca: target.ca } : {}),
      };
      const sent = send(url, settings, (response) => {
        read(response).then(resolve, (error: unknown) => resolve({ kind: "failed", code: codeOf(error) }));
      });
      sent.on("error", (error) => resolve({ kind: "failed", code: codeOf(error) }));
      sent.end();
    });
  }
}

/** @returns where `path` of ARI is: below the prefix that `url` may end in. */
export function ariUrl({ url }: Pick<ParsedOptions, "url">, path: string): URL {
  return new URL(`ari/${path}`, url.endsWith("/") ? url : `${url}/`);
}

export function basicAuth({ username, password }: Pick<ParsedOptions, "username" | "password">): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

async function read(response: IncomingMessage): Promise<HttpOutcome> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > MOST_BYTES) break;
    parts.push(part);
  }
  const { statusCode, headers } = response;
  return {
    kind: "answer",
    status: statusCode ?? 0,
    server: String(headers.server ?? ""),
    json: parse(Buffer.concat(parts)),
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

/** Node's own code; ABORT_ERR is our limit, or undefined codes of the TLS and HTTP parsers. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  if (error.name === "TimeoutError" || error.name === "AbortError") return "TIMEOUT";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
