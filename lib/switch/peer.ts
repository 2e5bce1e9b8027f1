import type { RawData, WebSocket } from "ws";
import type { z } from "zod";
import { MAX_TEXT_BYTES, type ProtocolErrorCode } from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { COST, type RateLimit, TokenBucket } from "./garbage-limit";

/** RFC 6455 §7.4.1. */
export const CLOSE = { normal: 1000, goingAway: 1001, policy: 1008 } as const;
/** Silent for so many heartbeats: the peer is gone. */
const SILENT_HEARTBEATS = 2.5;
const HELLO_TIMEOUT_MS = 5000;
/** A peer that does not read its answers is let go (bytes waiting). */
const MAX_BUFFERED_TEXT_BYTES = 4 * 1024 * 1024;

type AnyMessage = { type: string; id?: string };
export type Fault = { code: ProtocolErrorCode; message: string; id?: string | null };

export type PeerOptions<In> = {
  schema: z.ZodType<In>;
  heartbeatMs: number;
  rateLimit: RateLimit;
  /** Everything but pings and pongs; before `greet` only hello. */
  onMessage: (message: In) => void;
  onBinary: (bytes: Uint8Array) => void;
  onClosed: () => void;
};

/**
 * One WebSocket of a client, whichever connection it is: parses every text frame, answers faults with a code, answers
 * pings, and ends the connection of a peer that is silent, floods us or does not read.
 */
export class Peer<In extends AnyMessage> {
  #heardAt: number;
  #greeted = false;
  #closed = false;
  #pings = 0;
  readonly #bucket: TokenBucket;
  readonly #cancels: (() => void)[] = [];

  constructor(
    private readonly socket: WebSocket,
    private readonly options: PeerOptions<In>,
    private readonly deps: { clock: Clock; logger: Logger },
  ) {
    this.#heardAt = deps.clock.now();
    this.#bucket = new TokenBucket(options.rateLimit, deps);
    socket.on("message", (data, isBinary) => this.#receive(toBytes(data), isBinary));
    socket.on("error", (error) => deps.logger.debug({ err: error }, "peer connection failed"));
    socket.on("close", () => this.#onClose());
    this.#cancels.push(deps.clock.after(HELLO_TIMEOUT_MS, () => this.#expectHello()));
    this.#beat();
  }

  /** True once the client has said hello. */
  get greeted(): boolean {
    return this.#greeted;
  }

  /** Bytes that wait to be sent. */
  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  greet(): void {
    this.#greeted = true;
  }

  send(message: object): void {
    if (this.#closed || this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_BUFFERED_TEXT_BYTES) {
      this.deps.logger.warn({ bufferedBytes: this.socket.bufferedAmount }, "peer does not read: connection ended");
      this.socket.terminate();
      return;
    }
    this.socket.send(JSON.stringify(message));
  }

  sendBinary(bytes: Uint8Array): void {
    if (!this.#closed && this.socket.readyState === this.socket.OPEN) this.socket.send(bytes);
  }

  /** Answers a fault with its code, and ends the connection of a peer that makes too many. */
  fault({ code, message, id = null }: Fault): void {
    if (!this.#bucket.take(COST.faulty)) {
      this.#rateLimited();
      return;
    }
    this.#sendError({ code, message, id });
  }

  /** Says why and ends the connection. */
  reject(fault: Fault): void {
    this.#sendError(fault);
    this.close(CLOSE.policy, fault.code);
  }

  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.socket.close(code, reason);
    this.#onClose();
  }

  #receive(bytes: Uint8Array, isBinary: boolean): void {
    if (this.#closed) return;
    this.#heardAt = this.deps.clock.now();
    try {
      if (isBinary) this.#receiveBinary(bytes);
      else this.#receiveText(bytes);
    } catch (error) {
      this.deps.logger.error({ err: error }, "message failed");
      this.fault({ code: "INTERNAL", message: "the message could not be handled" });
    }
  }

  #receiveBinary(bytes: Uint8Array): void {
    if (this.#greeted) this.options.onBinary(bytes);
    else this.fault({ code: "WRONG_STATE", message: "the first message is hello" });
  }

  #receiveText(bytes: Uint8Array): void {
    if (bytes.byteLength > MAX_TEXT_BYTES) {
      this.fault({ code: "TOO_LARGE", message: `a text message has at most ${MAX_TEXT_BYTES} bytes` });
      return;
    }
    const json = parseJson(bytes);
    const parsed = this.options.schema.safeParse(json);
    if (!parsed.success) {
      this.fault({ ...readFault(json, parsed.error), code: "BAD_MESSAGE" });
      return;
    }
    if (!this.#bucket.take(COST.good)) {
      this.#rateLimited();
      return;
    }
    const message = parsed.data;
    if (message.type === "ping") {
      this.send({ type: "pong", id: message.id });
      return;
    }
    if (message.type === "pong") return;
    if (!this.#greeted && message.type !== "hello") {
      this.fault({ code: "WRONG_STATE", message: "the first message is hello" });
      return;
    }
    this.options.onMessage(message);
  }

  #rateLimited(): void {
    this.deps.logger.warn({}, "peer sends too much: connection ended");
    this.reject({ code: "RATE_LIMITED", message: "too many or too many faulty messages" });
  }

  #sendError({ code, message, id = null }: Fault): void {
    const retryable = code === "BUSY" || code === "TIMEOUT" || code === "INTERNAL" || code === "RATE_LIMITED";
    this.send({ type: "error", id, error: { code, message: message.slice(0, 300), retryable } });
  }

  #expectHello(): void {
    if (!this.#greeted) this.reject({ code: "TIMEOUT", message: `no hello within ${HELLO_TIMEOUT_MS} ms` });
  }

  #beat(): void {
    const { heartbeatMs } = this.options;
    const cancel = this.deps.clock.after(heartbeatMs, () => {
      this.#cancels.splice(this.#cancels.indexOf(cancel), 1);
      if (this.deps.clock.now() - this.#heardAt > heartbeatMs * SILENT_HEARTBEATS) {
        this.#sendError({ code: "TIMEOUT", message: "nothing heard from the client" });
        this.socket.terminate();
        return this.#onClose();
      }
      this.#pings += 1;
      this.send({ type: "ping", id: `s${this.#pings}` });
      this.#beat();
    });
    this.#cancels.push(cancel);
  }

  #onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const cancel of this.#cancels) cancel();
    this.options.onClosed();
  }
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** @returns undefined where the text is not JSON: no schema accepts that. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** @returns what is wrong, by field, and the id of the faulty message where it can be read. */
function readFault(json: unknown, error: z.ZodError): { message: string; id: string | null } {
  const [issue] = error.issues;
  const message =
    json === undefined ? "not JSON" : `${issue?.path.join(".") || "message"}: ${issue?.message ?? "not valid"}`;
  const id = typeof json === "object" && json !== null && "id" in json ? json.id : null;
  return { message, id: typeof id === "string" && id.length <= 64 ? id : null };
}
