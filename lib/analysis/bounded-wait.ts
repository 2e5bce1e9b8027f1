import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";

/** Waits for `promise`, but not longer than `limitMs`. @throws AppError TIMEOUT; what the promise throws */
export function withLimit<T>(wait: { promise: Promise<T>; clock: Clock; limitMs: number }): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = wait.clock.after(wait.limitMs, () =>
      reject(new AppError("TIMEOUT", { message: `no answer within ${wait.limitMs} ms`, retryable: true })),
    );
    wait.promise.then(resolve, reject).finally(cancel);
  });
}
