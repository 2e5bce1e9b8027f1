import type { ListenCodec } from "@/lib/contract/headset";
import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { AudioMetrics } from "../ports";
import { rooms } from "../rooms";
import type { LiveServer } from "../serve-socket";
import { Backlog } from "./backlog";
import type { EncodedPacket } from "./listen-stream";

/** Socket.IO protocol 5: an event with one binary attachment, which follows as a message of its own. */
const EVENT = `51-["listen:packet",{"_placeholder":true,"num":0}]`;
/** Engine.IO protocol 4: a text message begins with its type; a binary one is only its bytes. */
const EVENT_FRAME = webSocketFrame(Buffer.from(`4${EVENT}`), { opcode: 1 });

/**
 * Packets to sockets. A socket that is behind is left out of the packet and delays nobody. Socket.IO's own `volatile` is not it: to
 * it, a socket is busy until the system took the last message, so of two packets in one turn of the event loop everybody loses the
 * second.
 *
 * A packet is one write a socket, of bytes that are made once for all: both WebSocket frames of a Socket.IO event with an
 * attachment. Socket.IO itself frames them anew for each socket, and sends the second only when the first is gone. Other nodes'
 * sockets are not reached from here; there, an output of their own would get the packets.
 */
export class ListenOutput {
  readonly #backlog: Backlog;

  constructor(private readonly deps: { io: LiveServer; clock: Clock; metrics?: AudioMetrics | undefined }) {
    this.#backlog = new Backlog(deps);
  }

  send({ callId, codec, bytes, pathMs }: EncodedPacket & { callId: CallId; codec: ListenCodec }): void {
    const { sockets, adapter } = this.deps.io.of("/");
    const members = adapter.rooms.get(rooms.audio({ callId, codec }));
    if (!members) return;
    const frames = Buffer.concat([EVENT_FRAME, webSocketFrame(bytes, { opcode: 2 })]);
    // As socket.io-adapter hands its own frames to Engine.IO.
    const options = { compress: false, wsPreEncodedFrame: [frames] };
    let dropped = 0;
    for (const id of members) {
      const socket = sockets.get(id);
      if (!socket || this.#backlog.isBehind(socket.conn, { bytes: frames.byteLength })) dropped += 1;
      else if (socket.conn.transport.name === "websocket") socket.conn.write(EVENT, options);
      else socket.emit("listen:packet", bytes);
    }
    this.deps.metrics?.packet({ sent: members.size - dropped, dropped, pathMs });
  }
}

/** RFC 6455, section 5.2: a whole message in one frame of at most 65,535 bytes, unmasked as a server's are. */
function webSocketFrame(payload: Uint8Array, { opcode }: { opcode: number }): Buffer {
  const length = payload.byteLength;
  const isShort = length < 126;
  const header = Buffer.alloc(isShort ? 2 : 4);
  header[0] = 0x80 | opcode;
  header[1] = isShort ? length : 126;
  if (!isShort) header.writeUInt16BE(length, 2);
  return Buffer.concat([header, payload]);
}
