import type { Party } from "@/lib/contract/call";
import type { NewDomainEvent } from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import type { Gateway, GatewayCall } from "@/lib/telephony/gateway";
import type { CallsDeps } from "./types";

/** What the parts of a call's handle share. Only the handle changes anything here. */
export type CallLine = {
  readonly callId: CallId;
  readonly call: GatewayCall;
  readonly gateway: Gateway;
  readonly deps: CallsDeps;
  /** Aborted once nothing more can be done: the call ended, was left, or the service stops. */
  readonly over: AbortSignal;
  /** Within reach of its gateway. */
  isMonitored: () => boolean;
  /** Whether this party has put the other one on hold, as far as is known. */
  isHeldBy: (party: Party) => boolean;
  /** Kept back until the call's arrival is published, so that it is always the first event. */
  publish: (event: NewDomainEvent) => void;
};

/** Resolves after `ms`, or at once when `over` is aborted. */
export function pause(line: Pick<CallLine, "deps" | "over">, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (line.over.aborted) {
      resolve();
      return;
    }
    const done = () => {
      cancel();
      line.over.removeEventListener("abort", done);
      resolve();
    };
    const cancel = line.deps.clock.after(ms, done);
    line.over.addEventListener("abort", done, { once: true });
  });
}

/** @returns what `work` comes to, or null when it takes longer than `limitMs`. */
export function settledWithin<T>(
  { deps }: Pick<CallLine, "deps">,
  { work, limitMs }: { work: Promise<T>; limitMs: number },
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const cancel = deps.clock.after(limitMs, () => resolve(null));
    work.then(resolve, reject).finally(cancel);
  });
}

/** @returns what `work` comes to. @throws Error when it takes longer than `limitMs`, or the call is over */
export async function within<T>(line: CallLine, options: { work: Promise<T>; limitMs: number; what: string }) {
  const late = pause(line, options.limitMs).then((): never => {
    throw new Error(`${options.what} took longer than ${options.limitMs} ms`);
  });
  return Promise.race([options.work, late]);
}
