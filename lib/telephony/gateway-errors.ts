/** Names follow the Telcoflow SDK 0.24 error classes (WSSError …); `code` and `retryable` are our choice. */
export class GatewayError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, options: { message: string; retryable?: boolean; cause?: unknown }) {
    super(options.message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** The gateway cannot be reached, or the connection broke. */
export class GatewayConnectionError extends GatewayError {}
/** Key or certificate refused. Retrying does not help. */
export class GatewayAuthenticationError extends GatewayError {}
/** The media connection failed or was refused. */
export class GatewayMediaError extends GatewayError {}
/** The gateway answered a command with an error; `code` is its error code (CALL_UNANSWERED, WRONG_STATE …). */
export class CallCommandError extends GatewayError {}
/** No answer in time: the outcome is unknown. */
export class CallCommandTimeoutError extends GatewayError {}
/** The call has ended; also what every pending command of it gets. */
export class CallClosedError extends GatewayError {}
