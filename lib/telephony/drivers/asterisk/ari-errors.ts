import { CallCommandError, GatewayConnectionError } from "@/lib/telephony/gateway-errors";

type Code = "NOT_FOUND" | "CONFLICT" | "UNPROCESSABLE" | "INTERNAL";

/** Asterisk answered a REST request with an HTTP status that is no success. */
export class AriRequestError extends CallCommandError {
  readonly status: number;

  constructor({ status, message }: { status: number; message: string }) {
    super(codeOf(status), { message, retryable: status >= 500 });
    this.status = status;
  }
}

/** The way to Asterisk is away, or to a part of it; it is tried again. */
export function connectionLost(message: string): GatewayConnectionError {
  return new GatewayConnectionError("CONNECTION_LOST", { message, retryable: true });
}

/** A channel, bridge or module that is gone, or never was: the everyday case of a party that hung up meanwhile. */
export function isGone(error: unknown): boolean {
  return error instanceof AriRequestError && error.status === 404;
}

function codeOf(status: number): Code {
  if (status === 404) return "NOT_FOUND";
  if (status === 409) return "CONFLICT";
  return status === 412 || status === 422 ? "UNPROCESSABLE" : "INTERNAL";
}
