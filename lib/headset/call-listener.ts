import { CODEC_RATE, decodeListenPackets, type ListenCodec, type ListenPacket } from "@/lib/contract/headset";
import type { CallId } from "@/lib/contract/ids";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import type { AudioConnection } from "./audio-connection";
import type { TrackDecoder } from "./track-decoder";
import type { FromWorker } from "./worker-messages";
import type { ToPlayback } from "./worklet-messages";

const RETRY_MS = 1000;
const CONNECT_PATIENCE_MS = 5000;

export type CallListenerDeps = {
  connection: AudioConnection;
  clock: Clock;
  codecs: () => Promise<ListenCodec[]>;
  createDecoder: (codec: ListenCodec) => TrackDecoder;
  /** To the worklet. */
  play: (message: ToPlayback, transfer: Transferable[]) => void;
  tell: (message: FromWorker) => void;
};

type Stream = { id: number; codec: ListenCodec; perPartyAudio: boolean };

/** Hears one call: asks for it after every (re)connection, decodes its packets, hands them to the worklet. */
export class CallListener {
  #callId: CallId | null = null;
  #stream: Stream | null = null;
  /** Counts requests, so that the answer to an earlier one is known as such. */
  #turn = 0;
  #cancelRetry: (() => void) | null = null;
  #codecs: Promise<ListenCodec[]> | null = null;
  readonly #decoders = new Map<string, TrackDecoder>();

  constructor(private readonly deps: CallListenerDeps) {
    deps.connection.onPackets((bytes) => this.#onPackets(bytes));
    deps.connection.on("listen:ended", ({ streamId, reason }) => {
      if (streamId === this.#stream?.id) this.#giveUp("ended", reason);
    });
  }

  get isWanted(): boolean {
    return this.#callId !== null;
  }

  /** Finds out what this browser decodes, before anybody waits for it. */
  prepare(): void {
    this.#codecs ??= this.deps.codecs();
  }

  listen(callId: CallId): void {
    this.#drop();
    this.#callId = callId;
    this.#tell("starting", null);
    this.#cancelRetry = this.deps.clock.after(CONNECT_PATIENCE_MS, () => {
      if (!this.deps.connection.isConnected) this.#tell("interrupted", "The server cannot be reached.");
    });
    void this.#start();
  }

  stop(): void {
    if (this.#callId === null) return;
    this.#callId = null;
    this.#drop();
    const isMeant = () => this.#callId === null;
    void this.deps.connection.stop("listen:stop", { payload: { version: SOCKET_VERSION }, isMeant });
  }

  onConnected(): void {
    if (this.#callId !== null && this.#stream === null) void this.#start();
  }

  onDisconnected(reason: string): void {
    if (this.#callId === null) return;
    this.#forgetStream();
    this.#tell("interrupted", reason);
  }

  onSignedOut(): void {
    if (this.#callId !== null) this.#giveUp("failed", "You are signed out: sign in again.");
  }

  async #start(): Promise<void> {
    const callId = this.#callId;
    const turn = ++this.#turn;
    if (callId === null) return;
    this.prepare();
    const codecs = (await this.#codecs) ?? [];
    // The connection asks again when it stands.
    if (turn !== this.#turn || !this.deps.connection.isConnected) return;
    // Decoders take their time to start, which the server's answer takes anyway.
    const [likely] = codecs;
    if (likely) for (const party of ["caller", "agent"]) this.#decoder(likely, party);
    const result = await this.deps.connection.command("listen:start", { version: SOCKET_VERSION, callId, codecs });
    if (turn !== this.#turn) return;
    if (result.ok) {
      this.#stream = { id: result.data.streamId, codec: result.data.codec, perPartyAudio: result.data.perPartyAudio };
      this.#tell("live", null);
    } else if (result.code === "UNAVAILABLE" || result.code === "TIMEOUT" || result.code === "RATE_LIMITED") {
      this.#tell("interrupted", result.message);
      // Without a connection the next one begins anew; a retry then would be a second request.
      this.#cancelRetry = this.deps.clock.after(RETRY_MS, () => this.deps.connection.isConnected && this.onConnected());
    } else this.#giveUp("failed", result.message);
  }

  #onPackets(bytes: Uint8Array): void {
    const decoded = decodeListenPackets(bytes);
    const stream = this.#stream;
    if (!decoded.ok || !stream) return;
    for (const packet of decoded.packets) if (packet.streamId === stream.id) this.#decode(packet, stream);
  }

  #decode(packet: ListenPacket, stream: Stream): void {
    const parties: readonly string[] =
      packet.tracks.some(({ party }) => party === "mixed") || !stream.perPartyAudio ? ["mixed"] : ["caller", "agent"];
    const channels: (Int16Array | null)[] = parties.map(() => null);
    let waiting = packet.tracks.length;
    if (waiting === 0) this.#play(packet, channels);
    for (const { party, bytes: track } of packet.tracks)
      this.#decoder(packet.codec, party).decode(track, (samples) => {
        const lane = parties.indexOf(party);
        if (lane >= 0) channels[lane] = samples;
        waiting -= 1;
        if (waiting === 0 && this.#stream === stream) this.#play(packet, channels);
      });
  }

  #play(packet: ListenPacket, channels: (Int16Array | null)[]): void {
    const { streamId, sequence, atMs, heardAt, codec } = packet;
    const transfer = channels.flatMap((samples) => (samples ? [samples.buffer] : []));
    this.deps.play({ type: "frame", streamId, sequence, atMs, heardAt, rate: CODEC_RATE[codec], channels }, transfer);
  }

  #decoder(codec: ListenCodec, party: string): TrackDecoder {
    const key = `${codec} ${party}`;
    const known = this.#decoders.get(key);
    if (known) return known;
    const made = this.deps.createDecoder(codec);
    this.#decoders.set(key, made);
    return made;
  }

  #giveUp(state: "failed" | "ended", detail: string): void {
    this.#tell(state, detail);
    this.#callId = null;
    this.#drop();
  }

  #drop(): void {
    this.#forgetStream();
    this.deps.play({ type: "stop" }, []);
  }

  #forgetStream(): void {
    this.#turn += 1;
    this.#cancelRetry?.();
    this.#stream = null;
    for (const decoder of this.#decoders.values()) decoder.close();
    this.#decoders.clear();
  }

  #tell(state: Extract<FromWorker, { type: "listening" }>["state"], detail: string | null): void {
    if (this.#callId === null) return;
    const { codec = null, perPartyAudio = true } = this.#stream ?? {};
    this.deps.tell({ type: "listening", state, callId: this.#callId, codec, perPartyAudio, detail });
  }
}
