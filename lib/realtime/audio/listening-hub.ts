import { randomInt } from "node:crypto";
import type { AudioFrame } from "@/lib/contract/audio-frame";
import type { ListenCodec } from "@/lib/contract/headset";
import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { isOver } from "../elapsed";
import type { AudioMetrics } from "../ports";
import type { MakeEncoder } from "./frame-encoder";
import { type EncodedPacket, type EncoderSet, ListenStream } from "./listen-stream";

/** An encoder that fails does so fifty times a second: this often it is worth a line. */
const FAULT_LOG_EVERY_MS = 10_000;

type Deps = {
  makeEncoder: MakeEncoder;
  /** Hands a packet to the sockets of all who hear this call in this codec. */
  send: (packet: EncodedPacket & { callId: CallId }) => void;
  clock: Clock;
  logger: Logger;
  metrics?: AudioMetrics | undefined;
};

type Heard = { stream: ListenStream; listeners: Map<ListenCodec, number> };

/** From the gateways' frames to packets, for the calls that somebody listens to; the others cost one look into a map. */
export class ListeningHub {
  readonly #heard = new Map<CallId, Heard>();
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: Deps) {}

  /** In the gateway's own tick. Only reads the samples, and not afterwards. */
  push(callId: CallId, frame: AudioFrame): void {
    this.#heard.get(callId)?.stream.push(frame);
  }

  /** One listener more. @returns the number that the call's packets carry. Rejects where the codec cannot be had. */
  async join({ callId, codec }: { callId: CallId; codec: ListenCodec }): Promise<number> {
    const spare = this.#heard.get(callId)?.stream.has(codec) ? null : await this.#makeSet(codec);
    const heard = this.#heard.get(callId) ?? { stream: this.#open(callId), listeners: new Map() };
    this.#heard.set(callId, heard);
    // Somebody else may have come, or the last one gone, while the encoders were made.
    if (spare && heard.stream.has(codec)) closeSet(spare);
    else if (spare) heard.stream.add(codec, spare);
    heard.listeners.set(codec, (heard.listeners.get(codec) ?? 0) + 1);
    return heard.stream.streamId;
  }

  /** One listener fewer; with the last one the encoders go. */
  leave({ callId, codec }: { callId: CallId; codec: ListenCodec }): void {
    const heard = this.#heard.get(callId);
    if (!heard) return;
    const left = (heard.listeners.get(codec) ?? 0) - 1;
    heard.listeners.set(codec, left);
    if (left > 0) return;
    heard.listeners.delete(codec);
    heard.stream.remove(codec);
    if (heard.listeners.size > 0) return;
    heard.stream.close();
    this.#heard.delete(callId);
  }

  close(): void {
    for (const { stream } of this.#heard.values()) stream.close();
    this.#heard.clear();
  }

  #open(callId: CallId): ListenStream {
    const { clock, logger, metrics, send } = this.deps;
    return new ListenStream({
      streamId: randomInt(1, 2 ** 32),
      clock,
      send: (packet) => send({ ...packet, callId }),
      onEncoded: (entry) => metrics?.encoded(entry),
      onFault: (error) => {
        const now = clock.now();
        if (!isOver({ since: this.#loggedAt, ms: FAULT_LOG_EVERY_MS, now })) return;
        this.#loggedAt = now;
        logger.error({ err: error, callId }, "a frame could not be encoded for its listeners");
      },
    });
  }

  async #makeSet(codec: ListenCodec): Promise<EncoderSet> {
    const make = this.deps.makeEncoder;
    const [caller, agent, mixed] = await Promise.all([make(codec), make(codec), make(codec)]);
    return { caller, agent, mixed };
  }
}

function closeSet(encoders: EncoderSet): void {
  for (const encoder of Object.values(encoders)) encoder.close();
}
