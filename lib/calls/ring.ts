import { CallCommandError, GatewayConnectionError, GatewayError } from "@/lib/telephony/gateway-errors";
import { RETRY_PAUSE_MS } from "./constants";
import { type CallLine, pause } from "./line";

type RingParts = {
  line: CallLine;
  /** Aborted once the call is CONNECTED or over. */
  settled: AbortSignal;
  /** Where the answer was lost with the connection: resolves once the state is known again, or after a limit. */
  learnOutcome: (error: unknown) => Promise<void>;
};

/** One ring of the agent's phone to its end, also where the phone rings on while nobody waits for the answer any more. */
export class Ring {
  readonly #failed = new AbortController();
  #failure: GatewayError | null = null;

  constructor(private readonly parts: RingParts) {}

  /** @returns null where the call is CONNECTED or over, else why the ring failed. Never rejects. */
  async run(): Promise<unknown> {
    const stopListening = this.parts.line.call.on("ringFailed", ({ code, message, retryable }) => {
      this.#failure = new CallCommandError(code, { message, retryable });
      this.#failed.abort();
    });
    try {
      return await this.#untilDecided();
    } finally {
      stopListening();
    }
  }

  async #untilDecided(): Promise<unknown> {
    const { line, settled, learnOutcome } = this.parts;
    const { ringTimeMs } = line.deps.settings;
    const askUntil = line.deps.clock.now() + ringTimeMs;
    for (;;) {
      const error = await line.call.connect({ ringTimeMs }).then(
        () => null,
        (failure: unknown) => failure,
      );
      await learnOutcome(error);
      if (error === null || settled.aborted) return null;
      const isLost = error instanceof GatewayConnectionError;
      const isBusy = error instanceof GatewayError && error.code === "BUSY";
      if (!isLost && !isBusy) return error;
      // Lost: only the gateway knows whether the phone rings, so it is asked again. Busy: it does, for a ring time at most.
      await this.#wait(isLost ? RETRY_PAUSE_MS : ringTimeMs);
      if (settled.aborted) return null;
      if (this.#failure) return this.#failure;
      if (isBusy || line.deps.clock.now() >= askUntil) return error;
    }
  }

  /** Until the ring is decided, at most `ms`. */
  #wait(ms: number): Promise<void> {
    const { line, settled } = this.parts;
    return pause({ deps: line.deps, over: AbortSignal.any([settled, this.#failed.signal]) }, ms);
  }
}
