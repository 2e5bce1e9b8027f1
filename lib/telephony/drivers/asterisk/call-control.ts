import type { GatewayError } from "@/lib/telephony/gateway-errors";

/** What Asterisk is asked to do with the parties of a call; differs between a call that we connect and one that we found. */
export interface CallControl {
  answer(): Promise<void>;
  connect(options: { ringTimeMs: number }): Promise<void>;
  /** Hangs up on everybody. */
  end(): Promise<void>;
  /** We go; the two talk on. */
  leave(): Promise<void>;
  /** The call is over for us: settles what is pending. */
  closed(error: GatewayError): void;
}
