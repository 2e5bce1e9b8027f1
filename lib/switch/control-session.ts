import type { WebSocket } from "ws";
import {
  type ControlClientMessage,
  type ControlServerMessage,
  controlClientMessageSchema,
  PROTOCOL_VERSION,
  type WireCall,
} from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { RateLimit } from "./garbage-limit";
import { CLOSE, Peer } from "./peer";

export type ServerHello = Extract<ControlServerMessage, { type: "hello" }>;

/** One control connection: hello, resync, events. */
export class ControlSession {
  readonly #peer: Peer<ControlClientMessage>;

  constructor(
    socket: WebSocket,
    private readonly options: {
      hello: ServerHello;
      rateLimit: RateLimit;
      liveCalls: () => WireCall[];
      onGreeted: () => void;
      onClosed: () => void;
    },
    deps: { clock: Clock; logger: Logger },
  ) {
    const { hello, rateLimit, onClosed } = options;
    this.#peer = new Peer(
      socket,
      {
        schema: controlClientMessageSchema,
        heartbeatMs: hello.heartbeatMs,
        rateLimit,
        onMessage: (message) => this.#onMessage(message),
        onBinary: () => this.#peer.fault({ code: "BAD_FRAME", message: "audio belongs on the media connection" }),
        onClosed,
      },
      deps,
    );
    this.#peer.send(hello);
  }

  /** True once the client has said hello: from then on it gets every event. */
  get greeted(): boolean {
    return this.#peer.greeted;
  }

  send(event: ControlServerMessage): void {
    if (this.#peer.greeted) this.#peer.send(event);
  }

  close(): void {
    this.#peer.close(CLOSE.goingAway, "the switch stops");
  }

  #onMessage(message: ControlClientMessage): void {
    if (message.type !== "hello") return;
    if (message.version !== PROTOCOL_VERSION) {
      this.#peer.reject({ code: "UNSUPPORTED_VERSION", message: `this server speaks ${PROTOCOL_VERSION}` });
      return;
    }
    const isFirst = !this.#peer.greeted;
    this.#peer.greet();
    const calls: ControlServerMessage = { type: "calls", calls: this.options.liveCalls().slice(0, 1000) };
    this.#peer.send(calls);
    if (isFirst) this.options.onGreeted();
  }
}
