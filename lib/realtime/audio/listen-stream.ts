import { type AudioFrame, FRAME_MS } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import { encodeListenPacket, type ListenCodec, type ListenPacket } from "@/lib/contract/headset";
import type { Clock } from "@/lib/platform/clock";
import type { FrameEncoder } from "./frame-encoder";

/** How long a frame waits for the other party's frame of the same moment, milliseconds. Then each goes alone. */
export const PAIR_WAIT_MS = 5;
/**
 * Packets of one message. A message costs about 60 bytes around them, with which G.711 would not stay under 160 kbit/s; its listeners
 * wait a packet longer for it.
 */
const PACKETS_PER_MESSAGE: Record<ListenCodec, number> = { opus: 1, g711: 2 };
/** So long a packet waits for the next one, milliseconds. */
export const BUNDLE_WAIT_MS = FRAME_MS + 2 * PAIR_WAIT_MS;
/** A party that sent nothing for so long on the audio clock is not waited for. */
const QUIET_MS = 200;

/** The encoders of one codec. */
export type EncoderSet = Record<AudioFrame["party"], FrameEncoder>;

/** One message for all listeners of one codec: its packets one after another. `pathMs`: since its first frame came in. */
export type EncodedPacket = { codec: ListenCodec; bytes: Uint8Array<ArrayBuffer>; pathMs: number };

type Deps = {
  /** u32 */
  streamId: number;
  clock: Clock;
  send: (packet: EncodedPacket) => void;
  onEncoded: (entry: { codec: ListenCodec; ms: number }) => void;
  /** An encoder refused a frame; that track of the packet is missing. */
  onFault: (error: unknown) => void;
};

type Tick = {
  atMs: number;
  heardAt: number;
  enteredAt: number;
  parties: Set<AudioFrame["party"]>;
  tracks: Map<ListenCodec, ListenPacket["tracks"]>;
};
/** Packets that are not a whole message yet. */
type Bundle = { packets: Uint8Array[]; enteredAt: number; cancel: () => void };

/** What is heard of one call: the two parties' frames of one moment in one packet, encoded once for each codec in use. */
export class ListenStream {
  readonly #encoders = new Map<ListenCodec, EncoderSet>();
  readonly #lastAt: Record<Party, number> = { caller: Number.NEGATIVE_INFINITY, agent: Number.NEGATIVE_INFINITY };
  readonly #bundles = new Map<ListenCodec, Bundle>();
  #tick: Tick | null = null;
  #cancelWait: (() => void) | null = null;
  #sequence = 0;

  constructor(private readonly deps: Deps) {}

  get streamId(): number {
    return this.deps.streamId;
  }

  has(codec: ListenCodec): boolean {
    return this.#encoders.has(codec);
  }

  add(codec: ListenCodec, encoders: EncoderSet): void {
    this.#encoders.set(codec, encoders);
  }

  remove(codec: ListenCodec): void {
    const encoders = this.#encoders.get(codec);
    this.#encoders.delete(codec);
    this.#bundles.get(codec)?.cancel();
    this.#bundles.delete(codec);
    this.#tick?.tracks.delete(codec);
    for (const encoder of Object.values(encoders ?? {})) encoder.close();
  }

  /** Only reads the samples, and not afterwards. */
  push(frame: AudioFrame): void {
    const { party, atMs } = frame;
    const enteredAt = performance.now();
    const heardAt = this.deps.clock.now();
    if (this.#tick && (this.#tick.atMs !== atMs || this.#tick.parties.has(party))) this.#flush();
    this.#tick ??= { atMs, heardAt, enteredAt, parties: new Set(), tracks: new Map() };
    this.#tick.heardAt = heardAt;
    this.#tick.parties.add(party);
    this.#encode(frame, this.#tick);
    if (this.#isComplete(this.#tick)) this.#flush();
    else this.#cancelWait ??= this.deps.clock.after(PAIR_WAIT_MS, () => this.#flush());
    if (party !== "mixed") this.#lastAt[party] = atMs;
  }

  close(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#tick = null;
    for (const codec of [...this.#encoders.keys()]) this.remove(codec);
  }

  #isComplete({ parties, atMs }: Tick): boolean {
    if (parties.has("mixed") || parties.size > 1) return true;
    const other = parties.has("caller") ? "agent" : "caller";
    return atMs - this.#lastAt[other] > QUIET_MS;
  }

  #encode({ party, samples }: AudioFrame, tick: Tick): void {
    for (const [codec, encoders] of this.#encoders) {
      const startedAt = performance.now();
      try {
        const bytes = encoders[party].encode(samples);
        const tracks = tick.tracks.get(codec) ?? [];
        tick.tracks.set(codec, tracks);
        tracks.push({ party, bytes });
      } catch (error) {
        this.deps.onFault(error);
      }
      this.deps.onEncoded({ codec, ms: performance.now() - startedAt });
    }
  }

  #flush(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    const tick = this.#tick;
    this.#tick = null;
    if (!tick || tick.tracks.size === 0) return;
    const { atMs, heardAt, enteredAt } = tick;
    const sequence = this.#sequence++;
    for (const [codec, tracks] of tick.tracks) {
      const packet = { codec, streamId: this.deps.streamId, sequence, atMs, heardAt, tracks };
      this.#bundle(codec, { packet: encodeListenPacket(packet), enteredAt });
    }
  }

  #bundle(codec: ListenCodec, { packet, enteredAt }: { packet: Uint8Array<ArrayBuffer>; enteredAt: number }): void {
    const wait = () => this.deps.clock.after(BUNDLE_WAIT_MS, () => this.#sendBundle(codec));
    const size = PACKETS_PER_MESSAGE[codec];
    const bundle = this.#bundles.get(codec) ?? { packets: [], enteredAt, cancel: size > 1 ? wait() : () => undefined };
    this.#bundles.set(codec, bundle);
    bundle.packets.push(packet);
    if (bundle.packets.length >= size) this.#sendBundle(codec);
  }

  #sendBundle(codec: ListenCodec): void {
    const bundle = this.#bundles.get(codec);
    if (!bundle) return;
    this.#bundles.delete(codec);
    bundle.cancel();
    this.deps.send({ codec, bytes: joined(bundle.packets), pathMs: performance.now() - bundle.enteredAt });
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
