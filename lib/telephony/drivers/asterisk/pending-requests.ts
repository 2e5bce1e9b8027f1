import type { Clock } from "@/lib/platform/clock";
import {
  CallCommandTimeoutError,
  type GatewayConnectionError,
  type GatewayError,
} from "@/lib/telephony/gateway-errors";
import { AriRequestError, connectionLost } from "./ari-errors";
import type { RestResponse } from "./wire";

type Pending = {
  what: string;
  resolve: (answer: unknown) => void;
  reject: (error: GatewayError) => void;
  cancelLimit: () => void;
};

/** Requests that wait for their answer on the same socket, matched by `request_id`; answers may come in any order. */
export class PendingRequests {
  readonly #pending = new Map<string, Pending>();

  constructor(private readonly clock: Clock) {}

  /** @param request `what` names it in errors: method and path, no query (numbers are personal). */
  expect(request: { id: string; what: string; limitMs: number }): Promise<unknown> {
    const { id, what, limitMs } = request;
    return new Promise((resolve, reject) => {
      const cancelLimit = this.clock.after(limitMs, () => {
        this.#pending.delete(id);
        const message = `Asterisk did not answer ${what} within ${limitMs} ms; whether it was carried out is not known`;
        reject(new CallCommandTimeoutError("TIMEOUT", { message, retryable: true }));
      });
      this.#pending.set(id, { what, resolve, reject, cancelLimit });
    });
  }

  /** An answer nobody waits for any more is dropped. */
  settle(response: RestResponse): void {
    const pending = this.#pending.get(response.request_id);
    if (!pending) return;
    pending.cancelLimit();
    this.#pending.delete(response.request_id);
    const { status_code: status, message_body: body } = response;
    const json = body ? parse(body) : null;
    if (status >= 200 && status < 300 && json !== undefined) pending.resolve(json);
    else pending.reject(new AriRequestError({ status, message: `${pending.what}: ${reasonOf(response, json)}` }));
  }

  /** The socket is gone, and the answers with it. */
  lost(detail: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { what, cancelLimit, reject } of pending) {
      cancelLimit();
      reject(asteriskAway(`${what}: ${detail}`));
    }
  }
}

export function asteriskAway(detail: string): GatewayConnectionError {
  return connectionLost(`the connection to Asterisk is away: ${detail}`);
}

function reasonOf({ status_code, reason_phrase }: RestResponse, json: unknown): string {
  if (json === undefined) return `HTTP ${status_code} with a body that is no JSON`;
  const said = typeof json === "object" && json !== null && "message" in json ? String(json.message) : reason_phrase;
  return `${said} (HTTP ${status_code})`;
}

/** @returns undefined where it is no JSON. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
