import { io, type Socket } from "socket.io-client";
import { z } from "zod";
import { decodeListenPackets } from "@/lib/contract/headset";

/** The listeners of the listening benchmark, in a process of their own: connect, listen, note when each packet is there. */
export type ListenersTask = { url: string; callIds: readonly string[]; listeners: number };
export const listenersReportSchema = z.object({
  latencies: z.array(z.number()),
  /** As they came over the wires: packets with the framing of Socket.IO, Engine.IO and WebSocket. */
  bytes: z.number(),
  /** Numbers left out, over all listeners. */
  lost: z.number(),
  seconds: z.number(),
});
export type ListenersReport = z.infer<typeof listenersReportSchema>;

const wireSchema = z.object({ _socket: z.object({ bytesRead: z.number() }) });

let latencies: number[] = [];
let lost = 0;
let startedAt = performance.now();
const sockets: Socket[] = [];
let bytesBefore = 0;

/** Both processes share the machine's clock. */
const now = () => performance.timeOrigin + performance.now();

/** What Node's socket has read; neither Socket.IO nor ws gives it out, and both keep it. */
function bytesRead(): number {
  const read = (socket: Socket) => wireSchema.parse(Reflect.get(socket.io.engine.transport, "ws"))._socket.bytesRead;
  return sockets.reduce((sum, socket) => sum + read(socket), 0);
}

async function listen({ url, callIds }: ListenersTask, index: number): Promise<void> {
  const socket = io(url, { transports: ["websocket"], forceNew: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  let last: number | null = null;
  socket.on("listen:packet", (bytes: Uint8Array) => {
    const at = now();
    const decoded = decodeListenPackets(bytes);
    if (!decoded.ok) throw new Error(decoded.reason);
    for (const { sequence, heardAt } of decoded.packets) {
      latencies.push(Math.max(0, at - heardAt));
      if (last !== null) lost += sequence - last - 1;
      last = sequence;
    }
  });
  const callId = callIds[index % callIds.length];
  const result = await socket.emitWithAck("listen:start", { version: 1, callId, codecs: ["opus", "g711"] });
  if (!result.ok) throw new Error(JSON.stringify(result));
  sockets.push(socket);
}

function begin(): void {
  latencies = [];
  lost = 0;
  startedAt = performance.now();
  bytesBefore = bytesRead();
}

function report(): ListenersReport {
  return { latencies, lost, bytes: bytesRead() - bytesBefore, seconds: (performance.now() - startedAt) / 1000 };
}

async function open(task: ListenersTask): Promise<void> {
  for (let index = 0; index < task.listeners; index++) await listen(task, index);
  process.send?.({ type: "open" });
}

if (process.send) {
  process.on("message", (message: ListenersTask | { type: "begin" } | { type: "report" }) => {
    if (!("type" in message))
      open(message).catch((error: unknown) => {
        console.error(error);
        process.exit(1);
      });
    else if (message.type === "begin") begin();
    else process.send?.(report());
  });
}
