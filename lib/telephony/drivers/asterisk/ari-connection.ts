import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { GatewayConnectionError, type GatewayError } from "@/lib/telephony/gateway-errors";
import type { ParsedOptions } from "./options";
import type { AriEvent } from "./wire";

export type AriHandlers = {
  /** Socket up and REST answers; events that came meanwhile follow. Read the state now: Asterisk replays nothing. */
  opened(): void | Promise<void>;
  event(event: AriEvent): void;
  /** The connection broke, or could not be made; the next attempt is in `retryInMs`. */
  down(loss: { detail: string; retryInMs: number }): void;
  /** Round trip of a heartbeat, ms. */
  latency(ms: number): void;
  /** Something to correct in Asterisk or here; once. It is still tried again slowly, and `opened` may follow. */
  refused(error: GatewayError): void;
};

export type AriRequest = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/channels/ID/snoop/SID`; encode what goes into a segment. */
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  /** Default 5000. */
  limitMs?: number;
};

/** One WebSocket to Asterisk's ARI that keeps itself up, for events and for REST. */
export class AriConnection {
  constructor(
    readonly options: ParsedOptions,
    readonly deps: { clock: Clock; logger: Logger; random: () => number; handlers: AriHandlers },
  ) {}

  get isOpen(): boolean {
    return false;
  }

  start(): void {}

  /** No handler is called any more; pending requests reject. */
  stop(): void {}

  /**
   * @returns the JSON of the answer, null where there is none.
   * @throws AriRequestError, GatewayConnectionError, CallCommandTimeoutError
   */
  async request(_request: AriRequest): Promise<unknown> {
    throw new GatewayConnectionError("CONNECTION_LOST", { message: "Asterisk is away", retryable: true });
  }
}
