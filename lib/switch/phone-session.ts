import type { WebSocket } from "ws";
import {
  type DirectoryEntry,
  decodePhoneFrame,
  encodePhoneFrame,
  type PhoneClientMessage,
  type PhoneIdentity,
  type PhoneServerMessage,
  type PhoneState,
  phoneClientMessageSchema,
  SILENT_MS,
  SOFTPHONE_PROTOCOL,
  SOFTPHONE_VERSION,
} from "@/lib/contract/softphone";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { type RateLimit, TokenBucket } from "./garbage-limit";
import { CLOSE, Peer } from "./peer";
import type { Phone, PhoneConnection } from "./phone";
import type { PhoneDesk } from "./phone-desk";

/** A peer is given up after two and a half of them without a word. */
const HEARTBEAT_MS = SILENT_MS / 2.5;
/** 50 frames a second are right; after a stall ten seconds' worth may come at once, of which the jitter queue keeps the newest. */
const FRAME_RATE: RateLimit = { burst: 500, perSecond: 60 };
/** A phone that is so far behind (one second) loses frames instead of hearing the past. */
const MAX_BUFFERED_AUDIO_BYTES = 32_000;

/** One WebSocket of a softphone. */
export class PhoneSession implements PhoneConnection {
  readonly #peer: Peer<PhoneClientMessage>;
  readonly #frames: TokenBucket;
  #phone: Phone | null = null;
  #sequence = 0;
  readonly #counts = { refusedFrames: 0, droppedFrames: 0 };

  constructor(
    socket: WebSocket,
    private readonly options: {
      identity: PhoneIdentity;
      desk: PhoneDesk;
      rateLimit: RateLimit;
      onClosed: () => void;
    },
    private readonly deps: { clock: Clock; logger: Logger },
  ) {
    this.#frames = new TokenBucket(FRAME_RATE, deps);
    this.#peer = new Peer(
      socket,
      {
        schema: phoneClientMessageSchema,
        heartbeatMs: HEARTBEAT_MS,
        rateLimit: options.rateLimit,
        onMessage: (message) => this.#onMessage(message),
        onBinary: (bytes) => this.#onBinary(bytes),
        onClosed: () => this.#onClosed(),
      },
      deps,
    );
    this.#send({
      type: "hello",
      protocol: SOFTPHONE_PROTOCOL,
      version: SOFTPHONE_VERSION,
      heartbeatMs: HEARTBEAT_MS,
    });
  }

  sendPhone(phone: PhoneState): void {
    // What is heard in a call counts from 0.
    if (phone.state === "idle") this.#sequence = 0;
    this.#send({ type: "phone", phone });
  }

  sendDirectory(agents: DirectoryEntry[]): void {
    this.#send({ type: "directory", agents: agents.slice(0, 500) });
  }

  sendAudio(samples: Int16Array): void {
    const sequence = this.#sequence;
    this.#sequence += 1;
    if (this.#peer.bufferedBytes > MAX_BUFFERED_AUDIO_BYTES) this.#counts.droppedFrames += 1;
    else this.#peer.sendBinary(encodePhoneFrame({ sequence, samples }));
  }

  replace(): void {
    this.#send({ type: "replaced" });
    this.#peer.close(CLOSE.normal, "another page has this phone");
  }

  close(): void {
    this.#peer.close(CLOSE.goingAway, "the switch stops");
  }

  #send(message: PhoneServerMessage): void {
    this.#peer.send(message);
  }

  #onMessage(message: PhoneClientMessage): void {
    switch (message.type) {
      case "hello":
        this.#onHello(message);
        return;
      case "bye":
        this.#phone?.leave("hung-up");
        this.#peer.close(CLOSE.normal, "bye");
        return;
      case "ping":
      case "pong":
        return;
      default: {
        const error = this.#phone?.command(message) ?? null;
        this.#send({ type: "result", id: message.id, ok: error === null, ...(error ? { error } : {}) });
      }
    }
  }

  #onHello(hello: Extract<PhoneClientMessage, { type: "hello" }>): void {
    if (hello.version !== SOFTPHONE_VERSION) {
      this.#peer.reject({ code: "UNSUPPORTED_VERSION", message: `this server speaks ${SOFTPHONE_VERSION}` });
      return;
    }
    if (this.#phone) {
      this.#peer.fault({ code: "WRONG_STATE", message: "hello was said already" });
      return;
    }
    const { identity, desk } = this.options;
    const { resumeToken = null, name } = hello;
    const { phone, isResumed } = desk.register({ identity, resumeToken, name: name || null });
    this.#phone = phone;
    this.#peer.greet();
    const extension = identity.role === "agent" ? identity.extension : null;
    const { role } = identity;
    this.#send({ type: "registered", role, extension, resumeToken: phone.about.resumeToken, isResumed });
    desk.open(phone, this);
  }

  #onBinary(bytes: Uint8Array): void {
    const decoded = decodePhoneFrame(bytes);
    if (!this.#frames.take(1)) this.#refuse("RATE_LIMITED", "50 frames a second are a voice");
    else if (decoded.ok) this.#phone?.receive(decoded.frame);
    else this.#refuse(decoded.code, decoded.reason);
  }

  #refuse(code: "RATE_LIMITED" | "BAD_FRAME" | "TOO_LARGE", message: string): void {
    this.#counts.refusedFrames += 1;
    this.#peer.fault({ code, message });
  }

  #onClosed(): void {
    const { refusedFrames, droppedFrames } = this.#counts;
    if (refusedFrames + droppedFrames > 0) this.deps.logger.warn({ refusedFrames, droppedFrames }, "phone lost audio");
    this.#phone?.detach(this);
    this.options.onClosed();
  }
}
