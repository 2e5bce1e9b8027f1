import type { GatewayError } from "@/lib/telephony/gateway-errors";
import type { AriEvent } from "./wire";

/** What the connection tells its owner. */
export type AriHandlers = {
  /**
   * Socket up and REST answers; events that came meanwhile follow at once. Read the state now: Asterisk replays nothing.
   * Rejecting says that this failed: the connection is made anew.
   */
  opened(): void | Promise<void>;
  /** Called in order, while reading: must not wait for anything. */
  event(event: AriEvent): void;
  /** The connection broke, or could not be made; the next attempt is in `retryInMs`. `detail` is the diagnosis. */
  down(loss: { detail: string; retryInMs: number }): void;
  /** Round trip of a heartbeat, ms. */
  latency(ms: number): void;
  /** Somebody must correct something in Asterisk or here. Once, after `down`; it is tried again slowly, so `opened` may follow. */
  refused(error: GatewayError): void;
};
