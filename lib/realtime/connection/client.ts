import { io, type Socket } from "socket.io-client";
import { failure, readResult, refusalCode } from "@/lib/contract/command-answer";
import type { CommandResult } from "@/lib/contract/command-result";
import type { CallId } from "@/lib/contract/ids";
import {
  type ClientCommandName,
  type CommandData,
  type CommandInput,
  type ServerEventName,
  type ServerEventPayload,
  SOCKET_VERSION,
  serverEvents,
} from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import { FramedState, type LiveStore, Ticker } from "../store";
import { BoardSubscription, CallSubscriptions } from "../subscriptions/client";
import { DeskSubscription } from "../subscriptions/desk/client";
import type { ConnectionState } from "../types";

const COMMAND_LIMIT_MS = 15_000;
/** The server speaks every two seconds; after two missed times the data counts as stale. */
const STALE_AFTER_MS = 5000;
const WATCHDOG_MS = 1000;
/**
 * Looks at stale data before the connection is left for a new one: Engine.IO's heartbeat takes up to 45 s to notice a network that
 * died without a word. Looks, not time, so that after a sleep of the machine what waits is read first; and not at once, so that a
 * server that is slow for a moment does not get all its browsers anew.
 */
const STALE_LOOKS = 5;
const CLOCK_READ_MS = 10_000;
/** After the server itself closed the connection (a restart), Socket.IO does not come back by itself. */
const RETURN_AFTER_MS = 1500;
const DATA_AT_STEP_MS = 250;

export type LiveConnectionDeps = {
  /** Makes an unconnected socket. */
  createSocket: () => Socket;
  clock: Clock;
  /** Calls back when it is time to render. */
  frame: (run: () => void) => void;
};

/** The browser's end of the socket: state of the connection, subscriptions, commands. Knows neither React nor the DOM. */
export class LiveConnection {
  readonly #state: FramedState;
  readonly #board: BoardSubscription;
  readonly #calls: CallSubscriptions;
  readonly #desk: DeskSubscription;
  readonly #tickers = new Map<number, Ticker>();
  #socket: Socket | null = null;
  #staleLooks = 0;
  readonly #timers = new Map<string, () => void>();

  constructor(private readonly deps: LiveConnectionDeps) {
    this.#state = new FramedState(deps.frame);
    const parts = {
      state: this.#state,
      clock: deps.clock,
      isConnected: () => this.#socket?.connected ?? false,
      command: this.command.bind(this),
    };
    this.#board = new BoardSubscription(parts);
    this.#calls = new CallSubscriptions(parts);
    this.#desk = new DeskSubscription(parts);
  }

  get store(): LiveStore {
    return this.#state.store;
  }

  open(): void {
    if (this.#socket) return;
    const socket = this.deps.createSocket();
    this.#socket = socket;
    this.#setConnection("connecting");
    this.#listen(socket);
    this.#watchAge();
    socket.connect();
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.#socket = null;
    this.#setConnection("offline");
  }

  watchBoard(): void {
    this.#board.watch();
  }

  watchDesk(): void {
    this.#desk.watch();
  }

  /** @returns a function that ends this watch. */
  watchCall(callId: CallId): () => void {
    return this.#calls.watch(callId);
  }

  /** The shared ticker of an interval in milliseconds. */
  ticker(intervalMs: number): Ticker {
    const known = this.#tickers.get(intervalMs);
    if (known) return known;
    const made = new Ticker(intervalMs);
    this.#tickers.set(intervalMs, made);
    return made;
  }

  /** Sends a command. Never throws: UNAVAILABLE without a connection, TIMEOUT after 15 s. */
  async command<N extends ClientCommandName>(
    name: N,
    payload: CommandInput<N>,
  ): Promise<CommandResult<CommandData<N>>> {
    const socket = this.#socket;
    if (!socket?.connected) return failure("UNAVAILABLE", "Not connected to the server; try again in a moment.");
    const connectionId = socket.id;
    try {
      const answer: unknown = await socket.timeout(COMMAND_LIMIT_MS).emitWithAck(name, payload);
      return readResult(name, answer);
    } catch {
      return socket.connected && socket.id === connectionId
        ? failure("TIMEOUT", "The server has not answered. Look whether it was done before you try again.")
        : failure(
            "UNAVAILABLE",
            "The connection broke before the answer. Look whether it was done before you try again.",
          );
    }
  }

  #listen(socket: Socket): void {
    socket.on("connect", () => this.#onConnected());
    socket.on("disconnect", (reason) => this.#onDisconnected(reason));
    socket.on("connect_error", (error) => this.#onRefused(error));
    this.#on("status:updated", ({ gateways, transcription, demonstration }) =>
      this.#state.updateConnection({ gateways, transcription, demonstration }),
    );
    this.#on("board:updated", (update) => this.#board.onUpdate(update));
    this.#on("call:events", (message) => this.#calls.onEvents(message));
    this.#on("call:presence", (message) => this.#calls.onPresence(message));
    this.#on("call:withdrawn", ({ callId }) => this.#calls.onWithdrawn(callId));
    this.#on("desk:updated", (message) => this.#desk.onUpdate(message));
    this.#on("session:ended", () => this.#signOut());
  }

  /** Listens to one server event; a payload that the contract does not know counts as missed. */
  #on<N extends ServerEventName>(name: N, run: (payload: ServerEventPayload<N>) => void): void {
    this.#socket?.on(name as string, (payload: unknown) => {
      this.#heard();
      const parsed = serverEvents[name].safeParse(payload);
      if (parsed.success) run(parsed.data as ServerEventPayload<N>);
      else if (name === "board:updated") this.#board.onUnreadable();
      else if (name === "call:events") this.#calls.onUnreadable();
      else if (name === "desk:updated") this.#desk.onUnreadable();
    });
  }

  #onConnected(): void {
    this.#heard();
    this.#readClock();
    this.#board.onConnected();
    this.#calls.onConnected();
    this.#desk.onConnected();
  }

  #onDisconnected(reason: string): void {
    if (this.#state.current.connection.state === "signed-out") return;
    this.#setConnection("offline");
    if (reason === "io server disconnect") this.#return();
  }

  #onRefused(error: Error): void {
    if (refusalCode(error) === "UNAUTHENTICATED") {
      this.#signOut();
      return;
    }
    this.#setConnection("offline");
    // `active`: Socket.IO tries again by itself, as it does not where the server's middleware refused.
    if (!this.#socket?.active) this.#return();
  }

  #renew(): void {
    this.#staleLooks = 0;
    this.#socket?.disconnect();
    this.#socket?.connect();
  }

  #return(): void {
    this.#plan("return", { afterMs: RETURN_AFTER_MS, run: () => this.#socket?.connect() });
  }

  #signOut(): void {
    this.#setConnection("signed-out");
    this.#timers.get("return")?.();
    this.#socket?.disconnect();
  }

  #setConnection(state: ConnectionState): void {
    if (this.#state.current.connection.state !== state) this.#state.updateConnection({ state });
  }

  #heard(): void {
    const now = this.deps.clock.now();
    const { dataAt, state } = this.#state.current.connection;
    if (state === "signed-out") return;
    if (state !== "live") this.#state.updateConnection({ state: "live", dataAt: now });
    else if (dataAt === null || now - dataAt >= DATA_AT_STEP_MS) this.#state.updateConnection({ dataAt: now });
  }

  #watchAge(): void {
    const { state, dataAt } = this.#state.current.connection;
    const age = dataAt === null ? 0 : this.deps.clock.now() - dataAt;
    if (state === "stale") this.#staleLooks += 1;
    else this.#staleLooks = 0;
    if (state === "live" && age >= STALE_AFTER_MS) this.#setConnection("stale");
    if (this.#staleLooks >= STALE_LOOKS) this.#renew();
    this.#plan("age", { afterMs: WATCHDOG_MS, run: () => this.#watchAge() });
  }

  /** Round trip, and from its middle the difference between the two clocks. */
  #readClock(): void {
    const sentAt = this.deps.clock.now();
    void this.command("clock:read", { version: SOCKET_VERSION }).then((result) => {
      if (!result.ok) return;
      const now = this.deps.clock.now();
      const clockOffsetMs = Math.round(result.data.at - (sentAt + now) / 2);
      this.#state.updateConnection({ latencyMs: now - sentAt, clockOffsetMs });
    });
    this.#plan("clock", { afterMs: CLOCK_READ_MS, run: () => this.#readClock() });
  }

  #plan(name: string, { afterMs, run }: { afterMs: number; run: () => void }): void {
    this.#timers.get(name)?.();
    this.#timers.set(name, this.deps.clock.after(afterMs, run));
  }
}

/** As a browser has them: same origin, session cookie, WebSocket first. */
export function browserDeps(): LiveConnectionDeps {
  return {
    createSocket: () =>
      io({
        autoConnect: false,
        withCredentials: true,
        transports: ["websocket", "polling"],
        tryAllTransports: true,
        reconnectionDelay: 500,
        reconnectionDelayMax: 5000,
      }),
    clock: {
      now: () => Date.now(),
      after(delayMs, run) {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    },
    frame: nextFrame,
  };
}

/** The next animation frame, or a fifth of a second later in a tab that is not painted: alerts must sound there, too. */
function nextFrame(run: () => void): void {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    run();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, 200);
}
