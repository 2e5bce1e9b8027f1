import type { Server as HttpServer } from "node:http";
import { Server } from "socket.io";
import type { AlertCommands } from "@/lib/analysis/commands";
import type { CallCommands, FloorCommands, SpeakingCommands } from "@/lib/calls/commands";
import type { CoachingCommands, DeskCommands } from "@/lib/coaching/commands";
import type { AudioFrame } from "@/lib/contract/audio-frame";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import type { CallId, UserId } from "@/lib/contract/ids";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { TranscriptionLevel } from "@/lib/contract/transcript";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { Attendance } from "./attendance";
import { type MakeEncoder, makeEncoder } from "./audio/frame-encoder";
import { ListenOutput } from "./audio/listen-output";
import { Listeners } from "./audio/listeners";
import { ListeningHub } from "./audio/listening-hub";
import { Board } from "./board";
import { CallGuard } from "./call-guard";
import { COMMAND_RULES, type CommandRules, createCommandHandlers } from "./command-handlers";
import { type DeskPolicies, Desks } from "./desk";
import { LiveCalls } from "./live-calls";
import type { CommandRunnerDeps } from "./on-command";
import type { Broadcast, CommandAudit, ListeningAudit, NoteCommands, RealtimeMetrics, TeamScope } from "./ports";
import { PresenceList } from "./presence";
import { CallStream, startPublisher } from "./publisher";
import { RateLimiter } from "./rate-limiter";
import { callOfRoom, rooms } from "./rooms";
import { admit, isOwnOrigin, type LiveServer, serveSocket } from "./serve-socket";
import { type Authenticate, SocketSessions } from "./sessions";
import { AUDIENCES, audienceOf, StatusTicker, statusFor } from "./status-ticker";

/** Commands are small; the longest text is 2,000 characters. Larger messages close the connection. */
const LARGEST_MESSAGE_BYTES = 64 * 1024;

export type SocketServerDeps = {
  httpServer: HttpServer;
  /** Default `/socket.io`. Other paths' upgrades are left alone. */
  path?: string;
  /** Origins beside the one the page itself came from, for example behind a proxy that changes the host. */
  allowedOrigins?: readonly string[];
  authenticate: Authenticate;
  scope: TeamScope;
  bus: EventBus;
  calls: CallCommands;
  floor: FloorCommands;
  speaking: SpeakingCommands;
  coaching: CoachingCommands;
  alerts: AlertCommands;
  notes: NoteCommands;
  desk: DeskCommands;
  policies: DeskPolicies;
  audit: (entry: CommandAudit) => void;
  auditListening: (entry: ListeningAudit) => void;
  /** Whether the telephone system of this name tells the two parties apart. */
  perPartyAudio: (gateway: string) => boolean;
  /** False: this call of before a restart may not be found again yet, and this viewer may see it. */
  knowsAllCalls: CommandRunnerDeps["knowsAllCalls"];
  /** Other encoders for tests. */
  makeEncoder?: MakeEncoder;
  gatewayStatuses: () => GatewayReport[];
  transcription: () => TranscriptionLevel;
  demonstration: boolean;
  clock: Clock;
  logger: Logger;
  metrics?: RealtimeMetrics;
  /** Other rates for tests and load runs. */
  rules?: CommandRules;
};

export type SocketServer = {
  /** Views of live and just-ended calls, as browsers get them. */
  live: LiveCalls;
  /** A gateway's frame, for those who listen. Only reads the samples, and not afterwards; never waits. */
  hear(callId: CallId, frame: AudioFrame): void;
  /** Ends all sockets of a person at once: signed out, disabled, rights changed. */
  revoke(userId: UserId): void;
  /** A person's sessions, role or teams may have changed: asks again at once, and ends the sockets of whom it is no longer true. */
  recheck(userId: UserId): void;
  /** Open sockets. */
  connections(): number;
  /** Ends all sockets and timers; the HTTP server stays the caller's. */
  close(): Promise<void>;
};

/** Attaches the live dashboard's Socket.IO server to an HTTP server. */
export function createSocketServer(deps: SocketServerDeps): SocketServer {
  const { authenticate, clock, logger, metrics } = deps;
  const io = createIo(deps);
  const attendance = new Attendance(deps);
  const sessions = new SocketSessions({ authenticate, onBarred: (userId) => attendance.bar(userId), clock, logger });
  const { live, board, presence, stream, desks } = createParts(io, deps);
  const { hub, listeners } = createEars(io, { deps, live, presence });
  const status = createStatus(io, deps);
  const guard = new CallGuard({ ...deps, io, live, sessions });
  const ends = [
    startPublisher({ bus: deps.bus, calls: live, guard, board, stream, desks }),
    deps.bus.subscribe((event) => listeners.onEvent(event)),
  ];
  const handlers = createCommandHandlers({ ...deps, live, board, presence, desks, listeners });
  const limits = { limiter: new RateLimiter({ clock }), rules: deps.rules ?? COMMAND_RULES };
  const { knowsAllCalls } = deps;
  const runner = { handlers, ...limits, live, knowsAllCalls, audit: deps.audit, clock, logger, metrics };
  followPresence(io, { presence, sessions });
  io.use((socket, next) => {
    void admit(socket, { authenticate, logger }).then(next);
  });
  io.on("connection", (socket) => {
    metrics?.connections(io.engine.clientsCount);
    serveSocket(socket, { runner, sessions, attendance, listeners, speaking: deps.speaking, clock });
    const audience = audienceOf(socket.data.viewer);
    void socket.join(rooms.status(audience));
    socket.emit("status:updated", statusFor(audience, status.current()));
    socket.on("disconnect", () => metrics?.connections(io.engine.clientsCount));
  });
  return {
    live,
    hear: (callId, frame) => hub.push(callId, frame),
    revoke: (userId) => sessions.revoke(userId),
    recheck: (userId) => void sessions.check(userId),
    connections: () => io.of("/").sockets.size,
    async close() {
      for (const end of ends) end();
      for (const part of [status, sessions, board, desks, live]) part.close();
      io.disconnectSockets(true);
      attendance.close();
      hub.close();
      io.engine.close();
    },
  };
}

function createIo({ httpServer, path = "/socket.io", allowedOrigins = [] }: SocketServerDeps): LiveServer {
  return new Server(httpServer, {
    path,
    serveClient: false,
    // Sound is framed before it gets to Engine.IO (audio/listen-output), which only goes uncompressed.
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: 10_000,
    maxHttpBufferSize: LARGEST_MESSAGE_BYTES,
    // The same HTTP server carries other WebSockets: audio, and Next's own in development.
    destroyUpgrade: false,
    allowRequest: (request, decide) => decide(null, isOwnOrigin(request.headers, allowedOrigins)),
  });
}

/** What is known of calls and who looks at them, with its ways out. */
function createParts(io: LiveServer, { clock, metrics, policies, logger }: SocketServerDeps) {
  const { adapter } = io.of("/");
  const broadcast: Broadcast = ({ rooms: to, name, payload }) => {
    // Socket.IO cannot relate a type parameter's name to its payload; Broadcast does.
    (io.to(to) as { emit(name: string, payload: unknown): boolean }).emit(name, payload);
  };
  const live = new LiveCalls({
    clock,
    onRemoved(callId) {
      io.socketsLeave(rooms.call(callId));
      presence.forget(callId);
      stream.forget(callId);
      desks.onChanged(callId);
    },
  });
  const presence = new PresenceList({
    clock,
    onChanged(callId) {
      const viewers = presence.viewers(callId);
      const payload = { version: SOCKET_VERSION, sentAt: clock.now(), callId, viewers } as const;
      broadcast({ rooms: rooms.call(callId), name: "call:presence", payload });
      board.onChanged(callId);
      desks.onChanged(callId);
    },
  });
  const board: Board = new Board({ clock, calls: live, presence, broadcast, metrics });
  // With a cluster adapter other nodes have rooms of their own; then this must always say yes.
  const hasAudience = (room: string) => adapter.rooms.has(room);
  const stream: CallStream = new CallStream({ clock, broadcast, hasAudience, metrics });
  const desks: Desks = new Desks({ clock, calls: live, presence, policies, broadcast, hasAudience, logger });
  return { live, presence, board, stream, desks };
}

function createStatus(io: LiveServer, deps: SocketServerDeps): StatusTicker {
  return new StatusTicker({
    ...deps,
    send(status) {
      for (const audience of AUDIENCES)
        io.to(rooms.status(audience)).emit("status:updated", statusFor(audience, status));
    },
  });
}

/** What is heard of calls, with its way out. */
function createEars(
  io: LiveServer,
  { deps, live, presence }: { deps: SocketServerDeps; live: LiveCalls; presence: PresenceList },
) {
  const { clock, logger, auditListening: audit, perPartyAudio } = deps;
  const metrics = deps.metrics?.audio;
  const output = new ListenOutput({ io, clock, metrics });
  const parts = { clock, logger, metrics, makeEncoder: deps.makeEncoder ?? makeEncoder };
  const hub = new ListeningHub({ ...parts, send: (packet) => output.send(packet) });
  return { hub, listeners: new Listeners({ live, hub, presence, audit, perPartyAudio, clock, logger, metrics }) };
}

/** Who is in a call's room has it open: the adapter's own word, also when a connection just breaks. */
function followPresence(
  io: LiveServer,
  { presence, sessions }: { presence: PresenceList; sessions: SocketSessions },
): void {
  const { adapter } = io.of("/");
  adapter.on("join-room", (room: string, socketId: string) => {
    const [callId, viewer] = [callOfRoom(room), sessions.viewerOf(socketId)];
    if (callId && viewer) presence.enter({ callId, socketId, userId: viewer.userId, name: viewer.name });
  });
  adapter.on("leave-room", (room: string, socketId: string) => {
    const callId = callOfRoom(room);
    if (callId) presence.leave({ callId, socketId });
  });
}
