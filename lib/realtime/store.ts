import { createStore, type StoreApi } from "zustand/vanilla";
import type { LiveCall, LiveState } from "./types";

export type LiveStore = StoreApi<LiveState>;

export const LOADING_CALL: LiveCall = { state: "loading", view: null, viewers: [], error: null };

export const INITIAL_STATE: LiveState = {
  connection: {
    state: "connecting",
    latencyMs: null,
    dataAt: null,
    gateways: [],
    transcription: "full",
    demonstration: false,
    clockOffsetMs: 0,
  },
  board: { state: "loading", rows: [], error: null },
  calls: {},
};

export function createLiveStore(): LiveStore {
  return createStore<LiveState>(() => INITIAL_STATE);
}

/** Time for React: one timer for all who subscribe, none while nobody does. */
export class Ticker {
  readonly #listeners = new Set<() => void>();
  #now = Date.now();
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly intervalMs: number) {}

  readonly read = (): number => this.#now;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#timer === null) {
      this.#now = Date.now();
      this.#timer = setInterval(() => this.#tick(), this.intervalMs);
    }
    return () => this.#end(listener);
  };

  #tick(): void {
    this.#now = Date.now();
    for (const listener of this.#listeners) listener();
  }

  #end(listener: () => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
