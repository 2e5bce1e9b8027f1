import { io, type Socket } from "socket.io-client";
import type { Clock } from "@/lib/platform/clock";
import { AudioEngine } from "./audio-engine";
import { createTrackDecoder, supportedCodecs } from "./track-decoder";
import type { ToWorker } from "./worker-messages";

/** Entry of the page's audio worker. Its first message carries the port over which all others come. */
const clock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Same origin and session cookie as the page; WebSocket only, since polling would come in lumps. */
function createSocket(): Socket {
  return io({
    autoConnect: false,
    forceNew: true,
    withCredentials: true,
    transports: ["websocket"],
    reconnectionDelay: 250,
    reconnectionDelayMax: 3000,
    // A try into a dead network would keep the next one waiting.
    timeout: 5000,
  });
}

/** Engine.IO hides its WebSocket, and only that knows what has not gone out yet. */
function backlogBytes(socket: Socket): number {
  const transport: object | undefined = socket.io.engine?.transport;
  const wire: unknown = transport ? Reflect.get(transport, "ws") : undefined;
  return wire instanceof WebSocket ? wire.bufferedAmount : 0;
}

addEventListener("message", (event: MessageEvent) => {
  const [port] = event.ports;
  if (!port) return;
  const engine = new AudioEngine({
    createSocket,
    clock,
    backlogBytes,
    codecs: supportedCodecs,
    createDecoder: createTrackDecoder,
    tell: (message) => port.postMessage(message),
  });
  port.onmessage = (control: MessageEvent<ToWorker>) => engine.handle(control.data);
});
