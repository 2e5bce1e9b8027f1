import type { CallState } from "@/lib/contract/call";
import { AppError } from "@/lib/platform/errors";

/** What a call says to people who want something that is not possible now. */

export function notConnected(state: CallState): AppError {
  return new AppError("WRONG_STATE", {
    message: `the call is ${state}`,
    userMessage: "The caller and the agent are not connected yet.",
  });
}

export function callLeft(): AppError {
  return new AppError("WRONG_STATE", {
    message: "the call was left",
    userMessage: "We have left this call; it goes on without us and cannot be joined again.",
  });
}

export function whisperUnderWay(): AppError {
  return new AppError("CONFLICT", {
    message: "a whisper is being delivered",
    userMessage: "A whisper is being spoken to the agent. Wait for it to end, or stop it.",
    retryable: true,
  });
}
