import type { CommandError, CommandResult } from "@/lib/contract/command-result";
import type { CallId } from "@/lib/contract/ids";
import {
  type ClientCommandName,
  type CommandData,
  type CommandInput,
  type ServerEventPayload,
  SOCKET_VERSION,
} from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import {
  applyBoardSnapshot,
  applyBoardUpdate,
  applyCallEvents,
  applyCallSnapshot,
  type BoardSequences,
  type CallMessage,
  type FramedState,
  LOADING_CALL,
} from "../store";

const RETRY_MS = 2000;
/** A page that goes and another that comes with the same call share the subscription. */
const UNWATCH_AFTER_MS = 250;
/** More than this while a snapshot is under way is not kept; the gap then asks for another snapshot. */
const BUFFER_LIMIT = 5000;

export type SendCommand = <N extends ClientCommandName>(
  name: N,
  payload: CommandInput<N>,
) => Promise<CommandResult<CommandData<N>>>;

export type SubscriptionDeps = { state: FramedState; command: SendCommand; isConnected: () => boolean; clock: Clock };

/** Fetches a snapshot; an answer that a newer attempt has overtaken is dropped. */
export class SnapshotFetch<T> {
  #attempt = 0;
  #isPending = false;
  #cancelRetry: (() => void) | null = null;

  constructor(
    private readonly deps: Pick<SubscriptionDeps, "isConnected" | "clock"> & {
      fetch: () => Promise<CommandResult<T>>;
      onData: (data: T) => void;
      onError: (error: CommandError) => void;
    },
  ) {}

  get isPending(): boolean {
    return this.#isPending;
  }

  /** Does nothing while offline: the next connection starts it. */
  async start(): Promise<void> {
    this.#cancelRetry?.();
    if (!this.deps.isConnected()) return;
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#isPending = true;
    const result = await this.deps.fetch();
    if (attempt !== this.#attempt) return;
    this.#isPending = false;
    if (result.ok) {
      this.deps.onData(result.data);
      return;
    }
    if (!this.deps.isConnected()) return;
    this.deps.onError(result);
    if (result.retryable) this.#cancelRetry = this.deps.clock.after(RETRY_MS, () => void this.start());
  }

  stop(): void {
    this.#attempt += 1;
    this.#isPending = false;
    this.#cancelRetry?.();
  }
}

/** The board: watched from the first look on, for the life of the page. */
export class BoardSubscription {
  readonly #fetch: SnapshotFetch<CommandData<"board:subscribe">>;
  #isWatched = false;
  #sequences: BoardSequences = new Map();
  #buffer: ServerEventPayload<"board:updated">[] = [];

  constructor(private readonly deps: SubscriptionDeps) {
    const { state } = deps;
    this.#fetch = new SnapshotFetch({
      ...deps,
      fetch: () => deps.command("board:subscribe", { version: SOCKET_VERSION }),
      onData: (snapshot) => this.#restart(snapshot),
      onError: (error) => state.update({ board: { ...state.current.board, state: "error", error } }),
    });
  }

  watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    void this.#fetch.start();
  }

  onConnected(): void {
    this.#buffer = [];
    if (this.#isWatched) void this.#fetch.start();
  }

  onUpdate(update: ServerEventPayload<"board:updated">): void {
    if (!this.#isWatched) return;
    if (this.#fetch.isPending) {
      if (this.#buffer.length < BUFFER_LIMIT) this.#buffer.push(update);
      return;
    }
    const { state } = this.deps;
    const next = applyBoardUpdate({ board: state.current.board, sequences: this.#sequences }, update);
    if (next === "gap") {
      void this.#fetch.start();
      return;
    }
    this.#sequences = next.sequences;
    if (next.board !== state.current.board) state.update({ board: next.board });
  }

  /** What could not be read was missed. */
  onUnreadable(): void {
    if (this.#isWatched && !this.#fetch.isPending) void this.#fetch.start();
  }

  #restart(snapshot: CommandData<"board:subscribe">): void {
    const next = applyBoardSnapshot(this.deps.state.current.board, snapshot);
    this.#sequences = next.sequences;
    this.deps.state.update({ board: next.board });
    const buffered = this.#buffer;
    this.#buffer = [];
    for (const update of buffered) this.onUpdate(update);
  }
}

type Watch = { count: number; buffer: CallMessage[]; fetch: SnapshotFetch<CommandData<"call:subscribe">> };

/** The calls that are open, each subscribed once however many components look at it. */
export class CallSubscriptions {
  readonly #watches = new Map<CallId, Watch>();

  constructor(private readonly deps: SubscriptionDeps) {}

  /** @returns a function that ends this watch. */
  watch(callId: CallId): () => void {
    const watch = this.#watches.get(callId) ?? this.#begin(callId);
    watch.count += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      watch.count -= 1;
      if (watch.count === 0) this.deps.clock.after(UNWATCH_AFTER_MS, () => this.#endIfUnwatched(callId));
    };
  }

  onConnected(): void {
    for (const watch of this.#watches.values()) {
      watch.buffer = [];
      void watch.fetch.start();
    }
  }

  onEvents({ callId, after, events }: CallMessage & { callId: CallId }): void {
    const watch = this.#watches.get(callId);
    if (!watch) return;
    if (watch.fetch.isPending) {
      if (watch.buffer.length < BUFFER_LIMIT) watch.buffer.push({ after, events });
      return;
    }
    const { state } = this.deps;
    const call = state.current.calls[callId] ?? LOADING_CALL;
    const next = applyCallEvents(call, { after, events });
    if (next === "gap") void watch.fetch.start();
    else if (next !== call) state.updateCall(callId, next);
  }

  onPresence({ callId, viewers }: ServerEventPayload<"call:presence">): void {
    const call = this.deps.state.current.calls[callId];
    if (call) this.deps.state.updateCall(callId, { ...call, viewers });
  }

  /** Nothing of it comes any more, and what is shown is not the viewer's to see; the server says what is left of it. */
  onWithdrawn(callId: CallId): void {
    const watch = this.#watches.get(callId);
    if (!watch) return;
    this.deps.state.updateCall(callId, LOADING_CALL);
    watch.buffer = [];
    void watch.fetch.start();
  }

  /** What could not be read was missed, of whichever call it was. */
  onUnreadable(): void {
    for (const { fetch } of this.#watches.values()) if (!fetch.isPending) void fetch.start();
  }

  #begin(callId: CallId): Watch {
    const { state, command } = this.deps;
    const fetch = new SnapshotFetch({
      ...this.deps,
      fetch: () => command("call:subscribe", { version: SOCKET_VERSION, callId }),
      onData: (snapshot: CommandData<"call:subscribe">) => this.#restart(callId, snapshot),
      onError: (error) => state.updateCall(callId, this.#failed(callId, error)),
    });
    const watch = { count: 0, buffer: [], fetch };
    this.#watches.set(callId, watch);
    state.updateCall(callId, LOADING_CALL);
    void fetch.start();
    return watch;
  }

  /** A failure that passes leaves what is shown; one that does not says so. */
  #failed(callId: CallId, error: CommandError) {
    const call = this.deps.state.current.calls[callId] ?? LOADING_CALL;
    if (error.code === "NOT_FOUND") return { ...LOADING_CALL, state: "not-found" as const, error };
    return error.retryable && call.view ? call : { ...call, state: "error" as const, error };
  }

  #restart(callId: CallId, snapshot: CommandData<"call:subscribe">): void {
    const watch = this.#watches.get(callId);
    if (!watch) return;
    this.deps.state.updateCall(callId, applyCallSnapshot(snapshot));
    const buffered = watch.buffer;
    watch.buffer = [];
    for (const message of buffered) this.onEvents({ callId, ...message });
  }

  #endIfUnwatched(callId: CallId): void {
    const watch = this.#watches.get(callId);
    if (!watch || watch.count > 0) return;
    watch.fetch.stop();
    this.#watches.delete(callId);
    this.deps.state.updateCall(callId, null);
    if (this.deps.isConnected()) void this.deps.command("call:unsubscribe", { version: SOCKET_VERSION, callId });
  }
}
