import { canSeeCall } from "@/lib/auth/ability";
import type { FloorCommands } from "@/lib/calls/commands";
import type { Actor } from "@/lib/contract/call";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { CallId, TeamId } from "@/lib/contract/ids";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import type { LiveCalls } from "./live-calls";
import { rooms } from "./rooms";
import type { LiveServer } from "./serve-socket";
import type { SocketSessions } from "./sessions";

type Deps = {
  io: LiveServer;
  live: Pick<LiveCalls, "get">;
  sessions: Pick<SocketSessions, "viewerOf" | "viewerOfUser">;
  floor: Pick<FloorCommands, "leave">;
  clock: Clock;
};

/** A call that becomes another team's is closed to everybody whose it is not any more. Its sound is the listeners' own affair. */
export class CallGuard {
  constructor(private readonly deps: Deps) {}

  /** To be told of an event before anything of it is sent. */
  onEvent(event: DomainEvent): void {
    if (event.type !== "call.arrived") return;
    const { callId, info } = event;
    this.#closePages(callId, info.teamId);
    const floor = this.deps.live.get(callId)?.floor;
    for (const actor of [floor?.holder, floor?.askedBy]) if (actor) this.#freeFloor(actor, info.teamId);
  }

  #closePages(callId: CallId, teamId: TeamId | null): void {
    const { io, sessions, clock } = this.deps;
    const room = rooms.call(callId);
    const namespace = io.of("/");
    for (const socketId of [...(namespace.adapter.rooms.get(room) ?? [])]) {
      const viewer = sessions.viewerOf(socketId);
      if (viewer && canSeeCall({ viewer, teamId })) continue;
      const socket = namespace.sockets.get(socketId);
      void socket?.leave(room);
      socket?.emit("call:withdrawn", { version: SOCKET_VERSION, sentAt: clock.now(), callId });
    }
  }

  #freeFloor(actor: Actor, teamId: TeamId | null): void {
    const viewer = actor.kind === "user" ? this.deps.sessions.viewerOfUser(actor.userId) : null;
    if (viewer && !canSeeCall({ viewer, teamId }))
      this.deps.floor.leave({ userId: viewer.userId, reason: "rights-changed" });
  }
}
