import type { IncomingHttpHeaders } from "node:http";
import type { DefaultEventsMap, Server, Socket } from "socket.io";
import type { Viewer } from "@/lib/auth/types";
import type { SpeakingCommands } from "@/lib/calls/commands";
import type { CommandErrorCode } from "@/lib/contract/command-result";
import type { ClientToServerEvents, ServerToClientEvents } from "@/lib/contract/socket-events";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import { SPEAK_FRAME } from "@/lib/contract/speaking";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { Attendance } from "./attendance";
import type { Listeners } from "./audio/listeners";
import { MicrophoneLine } from "./audio/microphone-line";
import type { Seat } from "./command-handlers";
import { COMMAND_NAMES, type CommandRunnerDeps, runCommand } from "./on-command";
import { callOfRoom } from "./rooms";
import type { Authenticate, SocketSessions } from "./sessions";

type SocketData = { viewer: Viewer; headers: Headers };
export type LiveServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;

/**
 * A browser names the page's origin in every WebSocket request; another site's page would bring our cookie along. Without an
 * origin it is not a browser's cross-site request.
 */
export function isOwnOrigin({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** @returns nothing, with the viewer in the socket's data, or the refusal that the client gets as `connect_error`. */
export async function admit(
  socket: LiveSocket,
  { authenticate, logger }: { authenticate: Authenticate; logger: Logger },
): Promise<Error | undefined> {
  const headers = toHeaders(socket.handshake.headers);
  try {
    const viewer = await authenticate(headers);
    if (!viewer) return refusal("UNAUTHENTICATED", "Sign in first.");
    socket.data = { viewer, headers };
    return undefined;
  } catch (error) {
    logger.error({ err: error }, "authentication of a socket failed");
    return refusal("UNAVAILABLE", "The session cannot be checked at the moment.");
  }
}

function refusal(code: CommandErrorCode, message: string): Error {
  return Object.assign(new Error(message), { data: { code } });
}

function toHeaders(headers: IncomingHttpHeaders): Headers {
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || name.startsWith(":") ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
  );
  return new Headers(given);
}

export type SocketParts = {
  runner: CommandRunnerDeps;
  sessions: SocketSessions;
  attendance: Attendance;
  listeners: Listeners;
  speaking: SpeakingCommands;
  clock: Clock;
};

/** Answers an admitted socket's commands until it closes. With it, or with its session, go its ears and its microphone. */
export function serveSocket(socket: LiveSocket, parts: SocketParts): void {
  const { runner, sessions, attendance, clock } = parts;
  const seat = seatOf(socket);
  const { userId } = socket.data.viewer;
  serveAudio(socket, { ...parts, seat });
  sessions.add(socket.id, {
    ...socket.data,
    end(reason) {
      parts.speaking.drop({ connectionId: socket.id, reason: "rights-changed" });
      socket.emit("session:ended", { version: SOCKET_VERSION, sentAt: clock.now(), reason });
      socket.disconnect(true);
    },
  });
  attendance.enter({ userId, socketId: socket.id });
  socket.on("disconnect", () => {
    sessions.remove(socket.id);
    attendance.leave({ userId, socketId: socket.id });
  });
  for (const name of COMMAND_NAMES) {
    // What a browser sends is unknown until parsed, so the typed listener is not used.
    (socket as Socket).on(name, (payload: unknown, acknowledge: unknown) => {
      if (typeof acknowledge !== "function") return;
      const asker = { viewer: sessions.viewerOf(socket.id), seat };
      void runCommand(runner, { name, payload, asker }).then((result) => acknowledge(result));
    });
  }
}

function serveAudio(
  socket: LiveSocket,
  { seat, sessions, listeners, speaking, clock, runner: { metrics } }: SocketParts & { seat: Seat },
): void {
  const isSignedIn = () => sessions.viewerOf(socket.id) !== null;
  const line = new MicrophoneLine({ seat, isSignedIn, speaking, clock, metrics: metrics?.audio });
  (socket as Socket).on(SPEAK_FRAME, (bytes: unknown) => line.take(bytes));
  socket.on("disconnect", (_, description) => {
    if (isTooLarge(description)) metrics?.oversized?.();
    line.close();
    speaking.drop({ connectionId: socket.id, reason: "disconnected" });
    listeners.stop(socket.id);
  });
}

/** As ws words it when a message is over `maxHttpBufferSize`, which ends the connection. */
function isTooLarge(description: unknown): boolean {
  return description instanceof Error && description.message.includes("Max payload size exceeded");
}

function seatOf(socket: LiveSocket): Seat {
  return {
    socketId: socket.id,
    isOpen: () => socket.connected,
    // Socket.IO cannot relate a type parameter's name to its payload; Seat does.
    tell: (name, payload) => void (socket as Socket).emit(name, payload),
    end: () => void socket.disconnect(true),
    // A socket that closed while its command was under way must not be put into a room: nothing would take it out again.
    join: (room) => (socket.connected ? socket.join(room) : undefined),
    leave: (room) => socket.leave(room),
    isIn: (room) => socket.rooms.has(room),
    openCalls: () => [...socket.rooms].filter((room) => callOfRoom(room) !== null).length,
  };
}
