import { AppError } from "@/lib/platform/errors";
import {
  CallClosedError,
  CallCommandTimeoutError,
  GatewayConnectionError,
  GatewayError,
} from "@/lib/telephony/gateway-errors";

/** @returns the gateway's error in people's words; anything unexpected unchanged. */
export function toAppError(error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  const about = { message: `${error.code}: ${error.message}`, cause: error };
  if (error instanceof CallClosedError)
    return new AppError("WRONG_STATE", { ...about, userMessage: "The call has ended." });
  if (error instanceof CallCommandTimeoutError)
    return new AppError("TIMEOUT", {
      ...about,
      userMessage: "The telephone system did not answer in time. Look at the confirmed mode before you try again.",
      retryable: true,
    });
  if (error instanceof GatewayConnectionError)
    return new AppError("GATEWAY", {
      ...about,
      userMessage: "The telephone system is out of reach at the moment. Try again when the call is monitored again.",
      retryable: true,
    });
  if (error.code === "WRONG_STATE")
    return new AppError("WRONG_STATE", { ...about, userMessage: "The call is not in a state where this is possible." });
  return new AppError("GATEWAY", {
    ...about,
    userMessage: `The telephone system refused: ${error.message}`,
    retryable: error.retryable,
  });
}

/** @returns code and words of a failure within the limits of the event contract. */
export function describeFailure(error: unknown): { code: string; message: string } {
  const code = error instanceof GatewayError ? error.code : "INTERNAL";
  const message = error instanceof Error ? error.message : String(error);
  return { code: code.slice(0, 64), message: (message || code).slice(0, 300) };
}
