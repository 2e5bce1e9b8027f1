import { type RawData, WebSocket } from "ws";
import { bytesFromSamples } from "@/lib/audio/frame";
import type { Clock } from "@/lib/platform/clock";
import {
  CallCommandTimeoutError,
  type GatewayConnectionError,
  GatewayMediaError,
} from "@/lib/telephony/gateway-errors";
import { connectionLost } from "./ari-errors";
import { type MediaCommand, parseMediaEvent } from "./media-wire";
import type { ParsedOptions } from "./options";

const OPEN_LIMIT_MS = 3_000;
const STATUS_LIMIT_MS = 1_000;
/** Asterisk sends a frame every 20 ms, silence too: a connection that brings none for so long is dead, whatever TCP says. */
const DEAF_LIMIT_MS = 3_000;
/** A party's second at 16 kHz is 32 000 bytes; nothing that chan_websocket sends comes near this. */
const MAX_MESSAGE_BYTES = 64 * 1024;

type Waiter<T> = { resolve: (value: T) => void; reject: (error: Error) => void };

export type MediaHandlers = {
  /** s16le mono 16 kHz as it came; valid only during the call. */
  audio: (bytes: Buffer) => void;
  /** Once, whoever closed it. */
  closed: () => void;
  /** Asterisk's queue is full (`false`) or takes frames again (`true`). */
  flow: (isOpen: boolean) => void;
};

/** The media WebSocket of one party: frames both ways, and chan_websocket's commands. */
export class MediaSocket {
  readonly #socket: WebSocket;
  readonly #statuses: Waiter<number>[] = [];
  readonly #drains: Waiter<void>[] = [];
  #isClosed = false;
  #audioAt: number;
  #cancelWatch: () => void = () => {};

  private constructor(
    socket: WebSocket,
    private readonly parts: { clock: Clock; handlers: MediaHandlers },
  ) {
    this.#socket = socket;
    this.#audioAt = parts.clock.now();
    this.#watch();
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("close", () => this.#closed());
  }

  /**
   * Connects to the channel's socket. Audio may come before MEDIA_START (asterisk#1712), so nothing is waited for.
   * @throws GatewayMediaError
   */
  static open(
    connectionId: string,
    parts: { options: ParsedOptions; clock: Clock; handlers: MediaHandlers },
  ): Promise<MediaSocket> {
    const { url, ca } = parts.options;
    const address = `${url.replace(/^http/, "ws").replace(/\/+$/, "")}/media/${encodeURIComponent(connectionId)}`;
    const socket = new WebSocket(address, "media", {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: OPEN_LIMIT_MS,
      ...(ca ? { ca } : {}),
    });
    const media = new MediaSocket(socket, parts);
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(media));
      socket.on("error", (error) => {
        // The address holds the id that is the only guard of the audio: it must not get into a log.
        const message = `the media connection failed: ${error.message.replaceAll(connectionId, "…")}`;
        reject(new GatewayMediaError("MEDIA_FAILED", { message, retryable: true }));
      });
    });
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#socket.readyState === WebSocket.OPEN;
  }

  /** @returns false where the connection is gone: nothing was sent. */
  sendFrame(samples: Int16Array): boolean {
    if (!this.isOpen) return false;
    this.#socket.send(bytesFromSamples(samples), { binary: true });
    return true;
  }

  /** Throws away what waits in Asterisk; who waited for it to drain learns that it never will. */
  flush(): void {
    this.#command({ command: "FLUSH_MEDIA" });
    const error = new GatewayMediaError("FLUSHED", { message: "the audio was thrown away" });
    for (const waiter of this.#drains.splice(0)) waiter.reject(error);
  }

  /** @returns once everything sent so far was taken out of Asterisk's queue. @throws GatewayMediaError FLUSHED; GatewayConnectionError */
  drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#drains.push({ resolve, reject });
      if (!this.#command({ command: "REPORT_QUEUE_DRAINED" })) this.#drains.pop()?.reject(gone());
    });
  }

  /**
   * Proof that Asterisk took everything that was sent before.
   * @returns frames that wait in its queue. @throws CallCommandTimeoutError, GatewayConnectionError
   */
  status(): Promise<number> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        cancel();
        const at = this.#statuses.indexOf(waiter);
        if (at >= 0) this.#statuses.splice(at, 1);
      };
      const cancel = this.parts.clock.after(STATUS_LIMIT_MS, () => {
        settle();
        reject(new CallCommandTimeoutError("TIMEOUT", { message: "Asterisk did not answer on the media connection" }));
      });
      const waiter: Waiter<number> = {
        resolve: (length) => {
          settle();
          resolve(length);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#statuses.push(waiter);
      if (!this.#command({ command: "GET_STATUS" })) waiter.reject(gone());
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#socket.close(1000);
    this.#closed();
  }

  /** Without waiting for the other end. */
  terminate(): void {
    this.#socket.terminate();
    this.#closed();
  }

  #command(command: MediaCommand): boolean {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#isClosed || !Buffer.isBuffer(data)) return;
    if (isBinary) {
      this.#audioAt = this.parts.clock.now();
      this.parts.handlers.audio(data);
      return;
    }
    const event = parseMediaEvent(data.toString("utf8"));
    if (event?.event === "STATUS") this.#statuses[0]?.resolve(event.queue_length);
    else if (event?.event === "QUEUE_DRAINED") for (const waiter of this.#drains.splice(0)) waiter.resolve();
    else if (event?.event === "MEDIA_XOFF") this.parts.handlers.flow(false);
    else if (event?.event === "MEDIA_XON") this.parts.handlers.flow(true);
  }

  #watch(): void {
    this.#cancelWatch = this.parts.clock.after(DEAF_LIMIT_MS, () => {
      if (this.parts.clock.now() - this.#audioAt < DEAF_LIMIT_MS) this.#watch();
      else this.terminate();
    });
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelWatch();
    for (const waiter of [...this.#statuses, ...this.#drains.splice(0)]) waiter.reject(gone());
    this.parts.handlers.closed();
  }
}

function gone(): GatewayConnectionError {
  return connectionLost("the media connection is gone");
}
