import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import { io, type Socket } from "socket.io-client";
import type { AlertCommands } from "@/lib/analysis/commands";
import type { Viewer } from "@/lib/auth/types";
import type { CallCommands, FloorCommands, SpeakingCommands } from "@/lib/calls/commands";
import type { CoachingCommands, DeskCommands } from "@/lib/coaching/commands";
import type { CommandResult } from "@/lib/contract/command-result";
import { noteIdSchema, userIdSchema } from "@/lib/contract/ids";
import type { ClientCommandName, CommandData } from "@/lib/contract/socket-events";
import { EventBus } from "@/lib/events/event-bus";
import { type Clock, systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { LiveConnection } from "../connection/client";
import type { CommandAudit, ListeningAudit, NoteCommands } from "../ports";
import { createSocketServer, type SocketServer, type SocketServerDeps } from "../socket-server";
import { alertOf, anna, START, suggestionOf, teamId } from "./call-events";
import { FakeSpeaking } from "./fake-speaking";

/** Who a cookie `session=<name>` belongs to. */
export function viewerOf(name: string, change: Partial<Viewer> = {}): Viewer {
  return {
    userId: userIdSchema.parse(name),
    name,
    email: `${name}@example.com`,
    role: "supervisor",
    teamIds: [teamId("team-1")],
    agentId: null,
    ...change,
  };
}

/** A real server on port 0 with fakes behind it that note every command they get. */
export class LiveHarness {
  readonly bus: EventBus;
  readonly people = new Map<string, Viewer>([
    ["anna", viewerOf("anna")],
    ["berta", viewerOf("berta", { teamIds: [teamId("team-2")] })],
    ["root", viewerOf("root", { role: "admin", teamIds: [] })],
  ]);
  /** Every command that reached a room, in order. */
  readonly done: { name: string; request: object }[] = [];
  readonly audits: CommandAudit[] = [];
  readonly listened: ListeningAudit[] = [];
  readonly speaking = new FakeSpeaking((name, request) => {
    if (this.failure) throw this.failure;
    this.done.push({ name, request });
  });
  /** Thrown by the next command, if set. */
  failure: unknown = null;
  authenticationFails = false;
  server!: SocketServer;
  readonly clock: Clock;
  readonly #http: HttpServer = createServer();
  readonly #closers: (() => void)[] = [];
  readonly #wires = new Set<TcpSocket>();

  constructor(private readonly options: { clock?: Clock } & Partial<SocketServerDeps> = {}) {
    this.clock = options.clock ?? systemClock;
    this.bus = new EventBus({ clock: this.clock, logger: silentLogger });
    this.#http.on("connection", (wire) => {
      this.#wires.add(wire);
      wire.on("close", () => this.#wires.delete(wire));
    });
  }

  async start(): Promise<this> {
    this.server = createSocketServer({
      httpServer: this.#http,
      authenticate: async (headers) => {
        if (this.authenticationFails) throw new Error("database away");
        return this.people.get(/session=(\w+)/.exec(headers.get("cookie") ?? "")?.[1] ?? "") ?? null;
      },
      scope: {
        teamsOf: async (viewer) =>
          (viewer.role === "admin" ? [teamId("team-1"), teamId("team-2")] : viewer.teamIds).map((id) => ({
            teamId: id,
            name: `Team ${id}`,
          })),
      },
      bus: this.bus,
      ...this.#commands(),
      policies: { forTeam: async () => ({ tellAgents: true }) },
      audit: (entry) => this.audits.push(entry),
      auditListening: (entry) => this.listened.push(entry),
      perPartyAudio: () => true,
      knowsAllCalls: () => true,
      gatewayStatuses: () => [],
      transcription: () => "full",
      demonstration: false,
      logger: silentLogger,
      ...this.options,
      clock: this.clock,
    });
    await new Promise<void>((resolve) => this.#http.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** An unconnected client socket with the cookie of `name`. */
  socket(name: string, extraHeaders: Record<string, string> = {}): Socket {
    const socket = io(this.url, {
      autoConnect: false,
      forceNew: true,
      transports: ["websocket"],
      reconnectionDelay: 5,
      reconnectionDelayMax: 20,
      extraHeaders: { cookie: `session=${name}`, ...extraHeaders },
    });
    this.#closers.push(() => socket.disconnect());
    return socket;
  }

  async connect(name: string, extraHeaders: Record<string, string> = {}): Promise<Socket> {
    const socket = this.socket(name, extraHeaders);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
      socket.connect();
    });
    return socket;
  }

  /** The browser's side as the page has it, rendering at once. */
  browser(name: string, clock: Clock = systemClock): { live: LiveConnection; socket: Socket } {
    const socket = this.socket(name);
    const live = new LiveConnection({ createSocket: () => socket, clock, frame: (run) => queueMicrotask(run) });
    live.open();
    this.#closers.push(() => live.close());
    return { live, socket };
  }

  /** Cuts every wire where it is, also in the middle of a handshake. */
  cut(): void {
    for (const wire of this.#wires) wire.destroy();
  }

  async stop(): Promise<void> {
    for (const close of this.#closers) close();
    await this.server.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #commands(): {
    calls: CallCommands;
    floor: FloorCommands;
    speaking: SpeakingCommands;
    coaching: CoachingCommands;
    desk: DeskCommands;
    alerts: AlertCommands;
    notes: NoteCommands;
  } {
    const note = <R extends object, T>(name: string, make: (request: R) => T) => {
      return async (request: R): Promise<T> => {
        if (this.failure) throw this.failure;
        this.done.push({ name, request });
        return make(request);
      };
    };
    const floor = { holder: anna, askedBy: null };
    const noteFloor = (name: string, request: object) => {
      if (this.failure) throw this.failure;
      this.done.push({ name, request });
      return floor;
    };
    return {
      floor: {
        claim: (request) => noteFloor("claim", request),
        ask: (request) => noteFloor("ask", request),
        handOver: note("handOver", () => floor),
        release: note("release", () => floor),
        leave: (request) => void this.done.push({ name: "leaveFloor", request }),
      },
      speaking: this.speaking,
      calls: {
        setMode: note("setMode", ({ mode }) => mode),
        leave: note("leave", () => undefined),
        end: note("end", () => undefined),
      },
      coaching: {
        claim: note("claim", ({ callId, suggestionId }) => suggestionOf(callId, suggestionId)),
        approve: note("approve", ({ callId, suggestionId }) => suggestionOf(callId, suggestionId)),
        reject: note("reject", ({ callId, suggestionId }) => suggestionOf(callId, suggestionId)),
        compose: note("compose", ({ callId }) => suggestionOf(callId, "s-new")),
        interrupt: note("interrupt", ({ callId, suggestionId }) => suggestionOf(callId, suggestionId)),
      },
      desk: {
        respond: note("respond", () => undefined),
        pauseWhispers: note("pauseWhispers", () => undefined),
        askHelp: note("askHelp", () => undefined),
      },
      alerts: { dismiss: note("dismiss", ({ alertId, wrong }) => alertOf(alertId, { markedWrong: wrong })) },
      notes: {
        add: note("add", ({ text }) => ({ noteId: noteIdSchema.parse("n1"), text, author: anna, at: START })),
      },
    };
  }
}

/** Sends a command on a bare socket. */
export async function send<N extends ClientCommandName>(
  socket: Socket,
  { name, payload }: { name: N; payload: unknown },
): Promise<CommandResult<CommandData<N>>> {
  return socket.timeout(5000).emitWithAck(name, payload);
}

/** Resolves when `holds` does; asks again after each turn of the event loop. */
export async function until(holds: () => boolean, limitMs = 15_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never came true: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
