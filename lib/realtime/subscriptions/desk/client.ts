import { type CommandData, type ServerEventPayload, SOCKET_VERSION } from "@/lib/contract/socket-events";
import { SnapshotFetch, type SubscriptionDeps } from "../client";

/** An agent's own call: watched from the first look on, for the life of the page. Each update is the whole of it. */
export class DeskSubscription {
  readonly #fetch: SnapshotFetch<CommandData<"desk:subscribe">>;
  #isWatched = false;
  /** Came while the snapshot was under way: newer than it, or the same. */
  #newer: ServerEventPayload<"desk:updated"> | null = null;

  constructor(private readonly deps: SubscriptionDeps) {
    const { state, command } = deps;
    this.#fetch = new SnapshotFetch({
      ...deps,
      fetch: () => command("desk:subscribe", { version: SOCKET_VERSION }),
      onData: ({ call }) => this.#show((this.#newer ?? { call }).call),
      onError: (error) => {
        this.#newer = null;
        state.update({ desk: { ...state.current.desk, state: "error", error } });
      },
    });
  }

  watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    void this.#start();
  }

  onConnected(): void {
    if (this.#isWatched) void this.#start();
  }

  onUpdate(update: ServerEventPayload<"desk:updated">): void {
    if (!this.#isWatched) return;
    if (this.#fetch.isPending) this.#newer = update;
    this.#show(update.call);
  }

  /** What could not be read was missed. */
  onUnreadable(): void {
    if (this.#isWatched && !this.#fetch.isPending) void this.#start();
  }

  #start(): Promise<void> {
    this.#newer = null;
    return this.#fetch.start();
  }

  #show(call: CommandData<"desk:subscribe">["call"]): void {
    this.deps.state.update({ desk: { state: "ready", call, error: null } });
  }
}
