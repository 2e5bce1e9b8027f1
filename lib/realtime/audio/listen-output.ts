import type { ListenCodec } from "@/lib/contract/headset";
import type { CallId } from "@/lib/contract/ids";
import type { AudioMetrics } from "../ports";
import { rooms } from "../rooms";
import type { LiveServer, LiveSocket } from "../serve-socket";
import type { EncodedPacket } from "./listen-stream";

/**
 * Engine.IO messages that may wait behind a socket whose wire takes nothing at the moment; a packet is two (its name, its bytes).
 * 200 ms of audio: later than that it would be thrown away at the other end anyway.
 */
export const WAITING_LIMIT = 20;

/**
 * Packets to sockets, encoded once for a room. A socket that is behind is left out of the packet and delays nobody. Socket.IO's own
 * `volatile` is not it: to it, a socket is busy until the system took the last message, so of two packets in one turn of the event
 * loop everybody loses the second.
 */
export class ListenOutput {
  constructor(private readonly deps: { io: LiveServer; metrics?: AudioMetrics | undefined }) {}

  send({ callId, codec, bytes, pathMs }: EncodedPacket & { callId: CallId; codec: ListenCodec }): void {
    const { io, metrics } = this.deps;
    const namespace = io.of("/");
    const room = rooms.audio({ callId, codec });
    const members = namespace.adapter.rooms.get(room);
    if (!members) return;
    const slow = [...members].filter((id) => waitingOf(namespace.sockets.get(id)) > WAITING_LIMIT);
    if (slow.length < members.size) io.to(room).except(slow).emit("listen:packet", bytes);
    metrics?.packet({ sent: members.size - slow.length, dropped: slow.length, pathMs });
  }
}

/** Engine.IO keeps what its transport does not take in `writeBuffer`, which its types call private. */
function waitingOf(socket: LiveSocket | undefined): number {
  const waiting: unknown = socket && Reflect.get(socket.conn, "writeBuffer");
  return Array.isArray(waiting) ? waiting.length : 0;
}
