import type { CallId } from "@/lib/contract/ids";
import type { ClientCommandName, CommandData, CommandInput, CommandResult } from "@/lib/contract/socket-events";
import { createLiveStore, type LiveStore, Ticker } from "../store";

/** The browser's end of the socket: subscriptions, snapshots after gaps, commands. Knows neither React nor the DOM. */
export class LiveConnection {
  readonly store: LiveStore = createLiveStore();

  readonly #tickers = new Map<number, Ticker>();

  open(): void {}

  close(): void {}

  watchBoard(): void {}

  /** The shared ticker of an interval in milliseconds. */
  ticker(intervalMs: number): Ticker {
    const known = this.#tickers.get(intervalMs);
    if (known) return known;
    const made = new Ticker(intervalMs);
    this.#tickers.set(intervalMs, made);
    return made;
  }

  /** @returns a function that ends this watch. */
  watchCall(_callId: CallId): () => void {
    return () => undefined;
  }

  async command<N extends ClientCommandName>(
    _name: N,
    _payload: CommandInput<N>,
  ): Promise<CommandResult<CommandData<N>>> {
    return { ok: false, code: "UNAVAILABLE", message: "Not connected to the server.", retryable: true };
  }
}
