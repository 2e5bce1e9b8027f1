import type { Socket } from "socket.io-client";
import { failure, readResult, refusalCode } from "@/lib/contract/command-answer";
import type { CommandResult } from "@/lib/contract/command-result";
import {
  type ClientCommandName,
  type CommandData,
  type CommandInput,
  type ServerEventName,
  type ServerEventPayload,
  SOCKET_VERSION,
  serverEvents,
} from "@/lib/contract/socket-events";
import { SPEAK_FRAME } from "@/lib/contract/speaking";
import type { Clock } from "@/lib/platform/clock";
import { SilenceWatch } from "./silence-watch";

const COMMAND_LIMIT_MS = 15_000;
const CONNECT_LIMIT_MS = 5000;
/** After the server itself closed the connection, Socket.IO does not come back by itself. */
const RETURN_AFTER_MS = 1500;
/** Between the two times that a stop is said. */
const STOP_AGAIN_MS = 1000;
const CLOCK_READ_MS = 5000;
/** Reads kept; of them the one with the shortest round trip is believed (as NTP's clock filter, RFC 5905 §10). */
const CLOCK_READS = 8;

export type AudioConnectionDeps = {
  /** Makes an unconnected socket. */
  createSocket: () => Socket;
  clock: Clock;
  /** Bytes that the socket has taken and the network has not. */
  backlogBytes: (socket: Socket) => number;
};

export type AudioConnectionListener = {
  onConnected(): void;
  /** Nothing comes at the moment; told again and again until something does, or the connection is given up. */
  onDoubt(): void;
  onDisconnected(reason: string): void;
  /** The session is over: it does not come back. */
  onSignedOut(): void;
  onClock(offsetMs: number): void;
};

/** The audio's own socket: nothing but sound and its commands, and nobody renders in between. */
export class AudioConnection {
  #socket: Socket | null = null;
  #reads: { offsetMs: number; tripMs: number }[] = [];
  readonly #timers = new Map<string, () => void>();
  readonly #silence: SilenceWatch;
  readonly #subscriptions: { name: ServerEventName; run: (payload: unknown) => void }[] = [];

  constructor(
    private readonly deps: AudioConnectionDeps,
    private readonly listener: AudioConnectionListener,
  ) {
    this.#silence = new SilenceWatch({
      clock: deps.clock,
      onDoubt: () => this.listener.onDoubt(),
      onDead: () => this.#renew("The server has not answered for five seconds."),
    });
  }

  get isConnected(): boolean {
    return this.#socket?.connected ?? false;
  }

  open(): void {
    if (this.#socket) return;
    const socket = this.deps.createSocket();
    this.#socket = socket;
    socket.on("connect", () => this.#onConnected());
    socket.on("disconnect", (reason) => {
      this.#silence.stop();
      if (reason === "io client disconnect") return;
      this.listener.onDisconnected("The connection to the server is away.");
      if (reason === "io server disconnect") this.#return();
    });
    socket.on("connect_error", (error) => this.#onRefused(error));
    socket.on("session:ended", () => this.#signOut());
    for (const { name, run } of this.#subscriptions) socket.on(name, run);
    socket.connect();
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#silence.stop();
    const socket = this.#socket;
    this.#socket = null;
    socket?.removeAllListeners();
    socket?.disconnect();
    this.#reads = [];
  }

  /** Call before `open`. A payload that the contract does not know is passed over. */
  on<N extends ServerEventName>(name: N, run: (payload: ServerEventPayload<N>) => void): void {
    this.#subscriptions.push({
      name,
      run: (payload) => {
        const parsed = serverEvents[name].safeParse(payload);
        if (parsed.success) run(parsed.data as ServerEventPayload<N>);
      },
    });
  }

  /** Packets come fifty times a second and are parsed by their own decoder. */
  onPackets(run: (bytes: Uint8Array) => void): void {
    this.#subscriptions.push({
      name: "listen:packet",
      run: (payload) => {
        if (payload instanceof ArrayBuffer) run(new Uint8Array(payload));
        else if (payload instanceof Uint8Array) run(payload);
      },
    });
  }

  /** Sends a command once there is a connection. Never throws: UNAVAILABLE without one, TIMEOUT after 15 s. */
  async command<N extends ClientCommandName>(
    name: N,
    payload: CommandInput<N>,
  ): Promise<CommandResult<CommandData<N>>> {
    const socket = this.#socket;
    if (!socket || !(await this.#connected(socket))) return failure("UNAVAILABLE", "Not connected to the server.");
    try {
      return readResult(name, await socket.timeout(COMMAND_LIMIT_MS).emitWithAck(name, payload));
    } catch {
      return failure(socket.connected ? "TIMEOUT" : "UNAVAILABLE", "The server has not answered.");
    }
  }

  /**
   * Ends something at the server, which may take 15 s to answer. A stop that is refused or not answered is said once more; then
   * the connection goes, and the server ends with it all that was begun over it. `isMeant`: nothing new has begun since.
   */
  async stop<N extends "listen:stop" | "speak:stop">(
    name: N,
    { payload, isMeant }: { payload: CommandInput<N>; isMeant: () => boolean },
  ): Promise<void> {
    const connectionId = this.#socket?.id;
    const isOver = () => !this.isConnected || this.#socket?.id !== connectionId || !isMeant();
    if (isOver() || (await this.command(name, payload)).ok || isOver()) return;
    this.#plan(name, {
      afterMs: STOP_AGAIN_MS,
      run: async () => {
        if (isOver() || (await this.command(name, payload)).ok || isOver()) return;
        this.#renew("The server did not take a stop.");
      },
    });
  }

  /** @returns false where the frame was thrown away: the network does not keep up, and late it would be worse than lost. */
  sendFrame(frame: Uint8Array, options: { maxBacklogBytes: number }): boolean {
    const socket = this.#socket;
    if (!socket?.connected || this.deps.backlogBytes(socket) > options.maxBacklogBytes) return false;
    socket.emit(SPEAK_FRAME, frame);
    return true;
  }

  #connected(socket: Socket): Promise<boolean> {
    if (socket.connected) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (isConnected: boolean) => {
        cancel();
        socket.off("connect", yes);
        resolve(isConnected);
      };
      const yes = () => done(true);
      const cancel = this.deps.clock.after(CONNECT_LIMIT_MS, () => done(false));
      socket.on("connect", yes);
    });
  }

  #onConnected(): void {
    this.#reads = [];
    // Below Socket.IO: each connection has an engine of its own, which also hears heartbeats and answers.
    this.#socket?.io.engine.on("packet", () => this.#silence.heard());
    this.#silence.start();
    this.#readClock();
    this.listener.onConnected();
  }

  #onRefused(error: Error): void {
    if (refusalCode(error) === "UNAUTHENTICATED") this.#signOut();
    // `active`: Socket.IO tries again by itself, as it does not where the server's middleware refused.
    else if (!this.#socket?.active) this.#return();
  }

  #signOut(): void {
    this.close();
    this.listener.onSignedOut();
  }

  /** Leaves a connection that cannot be trusted for a new one. */
  #renew(why: string): void {
    const socket = this.#socket;
    if (!socket) return;
    socket.disconnect();
    this.listener.onDisconnected(why);
    socket.connect();
  }

  #return(): void {
    this.#plan("return", { afterMs: RETURN_AFTER_MS, run: () => this.#socket?.connect() });
  }

  #readClock(): void {
    if (!this.isConnected) return;
    const sentAt = this.deps.clock.now();
    void this.command("clock:read", { version: SOCKET_VERSION }).then((result) => {
      if (!result.ok) return;
      const now = this.deps.clock.now();
      this.#reads = [...this.#reads, { offsetMs: result.data.at - (sentAt + now) / 2, tripMs: now - sentAt }].slice(
        -CLOCK_READS,
      );
      const best = this.#reads.reduce((a, b) => (b.tripMs < a.tripMs ? b : a));
      this.listener.onClock(best.offsetMs);
    });
    // Quickly at first, so that the delay shown is right from its first second on.
    const afterMs = this.#reads.length < 4 ? 250 : CLOCK_READ_MS;
    this.#plan("clock", { afterMs, run: () => this.#readClock() });
  }

  #plan(name: string, { afterMs, run }: { afterMs: number; run: () => void }): void {
    this.#timers.get(name)?.();
    this.#timers.set(name, this.deps.clock.after(afterMs, run));
  }
}
