import { createServer } from "node:http";
import { Server, type Socket as ServerSocket } from "socket.io";
import { io } from "socket.io-client";
import { samplesFromBytes } from "@/lib/audio/frame";
import type { SpeakingMode } from "@/lib/contract/call";
import { decodeSpeakFrame, encodeListenPacket } from "@/lib/contract/headset";
import { type Clock, FakeClock, systemClock } from "@/lib/platform/clock";
import { until } from "@/lib/realtime/testing/live-harness";
import { AudioEngine } from "../audio-engine";
import type { FromWorker } from "../worker-messages";
import type { PlayFrame, ToPlayback } from "../worklet-messages";
import { LossyWire } from "./lossy-wire";

export type Answer = (payload: { mode: SpeakingMode }, acknowledge: (result: unknown) => void) => void;
/** A command's answer that is no. */
export const refuse = (code: string, message: string) => ({ ok: false, code, message, retryable: false });

/** The worker's logic against a real Socket.IO server, whose answers a test scripts, over a wire that a test can deaden. */
export class AudioScene {
  readonly http = createServer();
  readonly io = new Server(this.http, { transports: ["websocket"] });
  readonly told: FromWorker[] = [];
  readonly played: ToPlayback[] = [];
  readonly frames: { sequence: number; mode: string; first: number }[] = [];
  readonly commands: string[] = [];
  readonly decoders = { made: 0, closed: 0 };
  socket: ServerSocket | null = null;
  streamId = 10;
  backlog = 0;
  now: () => number = () => Date.now();
  after = systemClock.after;
  cuts = 0;
  listen: Answer = (_payload, acknowledge) =>
    acknowledge({ ok: true, data: { streamId: ++this.streamId, codec: "g711", perPartyAudio: true } });
  speak: Answer = ({ mode }, acknowledge) => acknowledge({ ok: true, data: { speakingId: 5, mode } });
  stopAnswer: Answer = (_payload, acknowledge) => acknowledge({ ok: true, data: {} });
  engine!: AudioEngine;
  microphone!: MessagePort;
  /** Connections that the server has seen. */
  connections = 0;
  /** Messages that reached the browser, answers to commands apart. */
  received = 0;
  wire!: LossyWire;
  readonly #ports: MessagePort[] = [];

  async start(): Promise<this> {
    this.io.on("connection", (socket) => {
      this.socket = socket;
      this.connections += 1;
      socket.onAny((name: string) => name !== "speak:frame" && this.commands.push(name));
      socket.on("clock:read", (_payload, acknowledge) => acknowledge({ ok: true, data: { at: Date.now() + 5000 } }));
      socket.on("listen:start", (payload, acknowledge) => this.listen(payload, acknowledge));
      socket.on("speak:start", (payload, acknowledge) => this.speak(payload, acknowledge));
      for (const name of ["listen:stop", "speak:stop"])
        socket.on(name, (payload, acknowledge) => this.stopAnswer(payload, acknowledge));
      socket.on("speak:frame", (bytes: Uint8Array) => {
        const decoded = decodeSpeakFrame(new Uint8Array(bytes));
        if (decoded.ok) {
          const { sequence, mode, samples } = decoded.frame;
          this.frames.push({ sequence, mode, first: samples[0] ?? 0 });
        }
      });
    });
    await new Promise<void>((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    const address = this.http.address();
    this.wire = await LossyWire.to(typeof address === "object" && address ? address.port : 0);
    const clock: Clock = { now: () => this.now(), after: (...timer) => this.after(...timer) };
    this.engine = new AudioEngine({
      createSocket: () => {
        const socket = io(`http://127.0.0.1:${this.wire.port}`, {
          ...{ autoConnect: false, forceNew: true, transports: ["websocket"] },
          ...{ reconnectionDelay: 5, reconnectionDelayMax: 20 },
        });
        return socket.onAny(() => {
          this.received += 1;
        });
      },
      clock,
      backlogBytes: () => this.backlog,
      codecs: async () => ["opus", "g711"],
      createDecoder: () => {
        this.decoders.made += 1;
        const close = () => {
          this.decoders.closed += 1;
        };
        return { decode: (bytes, done) => done(samplesFromBytes(bytes)), close };
      },
      tell: (message) => this.told.push(message),
    });
    const playback = this.#channel();
    playback.port1.onmessage = (event: MessageEvent<ToPlayback>) => this.played.push(event.data);
    this.engine.handle({ type: "playback", port: playback.port2 });
    const microphone = this.#channel();
    this.microphone = microphone.port1;
    microphone.port1.onmessage = () => {
      this.cuts += 1;
    };
    this.engine.handle({ type: "microphone", port: microphone.port2 });
    return this;
  }

  /** From now on the test moves the clock on. */
  standStill(): FakeClock {
    const clock = new FakeClock();
    this.now = () => clock.now();
    this.after = (...timer) => clock.after(...timer);
    return clock;
  }

  /** Moves such a clock on, while the server says every two seconds that it lives. */
  async pass(clock: FakeClock, { ms }: { ms: number }): Promise<void> {
    for (let past = 0; past < ms; past += 2000) {
      await clock.advance(Math.min(2000, ms - past));
      const { received, socket } = this;
      if (!socket?.connected) continue;
      socket.emit("status:updated", {});
      await until(() => this.received > received || !socket.connected);
    }
  }

  say(first: number, capturedAt = this.now()): void {
    const samples = new Int16Array(320).fill(first);
    this.microphone.postMessage({ type: "microphone", samples, capturedAt });
  }

  packet(streamId: number, sequence: number): void {
    this.socket?.emit("listen:packet", this.encoded(streamId, sequence));
  }

  encoded(streamId: number, sequence: number): Uint8Array {
    const samples = new Int16Array(160).fill(sequence + 1);
    const tracks = [{ party: "agent" as const, bytes: new Uint8Array(samples.buffer) }];
    const packet = { codec: "g711" as const, streamId, sequence, atMs: sequence * 20, heardAt: 77, tracks };
    return encodeListenPacket(packet);
  }

  last<T extends FromWorker["type"]>(type: T): Extract<FromWorker, { type: T }> | undefined {
    const isIt = (message: FromWorker): message is Extract<FromWorker, { type: T }> => message.type === type;
    return this.told.filter(isIt).at(-1);
  }

  get heard(): PlayFrame[] {
    return this.played.filter((message) => message.type === "frame");
  }

  async stop(): Promise<void> {
    this.engine.handle({ type: "close" });
    for (const port of this.#ports) port.close();
    this.wire.close();
    await this.io.close();
  }

  #channel(): MessageChannel {
    const channel = new MessageChannel();
    this.#ports.push(channel.port1, channel.port2);
    return channel;
  }
}
