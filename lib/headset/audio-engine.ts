import type { ListenCodec } from "@/lib/contract/headset";
import type { Clock } from "@/lib/platform/clock";
import { AudioConnection, type AudioConnectionDeps } from "./audio-connection";
import { CallListener } from "./call-listener";
import { CallSpeaker } from "./call-speaker";
import type { TrackDecoder } from "./track-decoder";
import type { FromWorker, ToWorker } from "./worker-messages";
import type { MicrophoneFrame, ToMicrophone, ToPlayback } from "./worklet-messages";

/** The socket is let go after so long without a use. */
const IDLE_MS = 60_000;

export type AudioEngineDeps = AudioConnectionDeps & {
  clock: Clock;
  codecs: () => Promise<ListenCodec[]>;
  createDecoder: (codec: ListenCodec) => TrackDecoder;
  tell: (message: FromWorker) => void;
};

/** All that the audio worker does: one socket, one call heard, one call spoken into. */
export class AudioEngine {
  readonly #connection: AudioConnection;
  readonly #listener: CallListener;
  readonly #speaker: CallSpeaker;
  #playback: MessagePort | null = null;
  #microphone: MessagePort | null = null;
  #cancelIdle: (() => void) | null = null;

  constructor(private readonly deps: AudioEngineDeps) {
    const { clock, tell } = deps;
    this.#connection = new AudioConnection(deps, {
      onConnected: () => this.#listener.onConnected(),
      onDoubt: () => this.#speaker.doubt("The server does not answer."),
      onDisconnected: (reason) => {
        this.#speaker.onDisconnected(`${reason} The microphone is closed.`);
        this.#listener.onDisconnected(reason);
      },
      onSignedOut: () => {
        this.#speaker.onDisconnected("You are signed out. The microphone is closed.");
        this.#listener.onSignedOut();
      },
      onClock: (offsetMs) => tell({ type: "clock", offsetMs }),
    });
    const connection = this.#connection;
    const play = (message: ToPlayback, transfer: Transferable[]) => this.#playback?.postMessage(message, transfer);
    this.#listener = new CallListener({ ...deps, connection, play });
    this.#speaker = new CallSpeaker({ connection, clock, tell, cut: () => this.#cut() });
  }

  handle(message: ToWorker): void {
    if (message.type === "playback") this.#playback = message.port;
    else if (message.type === "microphone") this.#adoptMicrophone(message.port);
    else if (message.type === "close") {
      this.#close();
      return;
    } else {
      this.#connection.open();
      if (message.type === "prepare") this.#listener.prepare();
      else if (message.type === "listen") this.#listener.listen(message.callId);
      else if (message.type === "unlisten") this.#listener.stop();
      else if (message.type === "speak") void this.#speaker.start(message);
      else if (message.type === "unspeak") this.#speaker.stop();
    }
    this.#watchIdle();
  }

  #adoptMicrophone(port: MessagePort): void {
    this.#microphone?.close();
    this.#microphone = port;
    port.onmessage = (event: MessageEvent<MicrophoneFrame>) => this.#speaker.onFrame(event.data);
  }

  #cut(): void {
    const cut: ToMicrophone = { type: "cut" };
    this.#microphone?.postMessage(cut);
  }

  #watchIdle(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = this.deps.clock.after(IDLE_MS, () => {
      if (this.#listener.isWanted || this.#speaker.isWanted) this.#watchIdle();
      else this.#connection.close();
    });
  }

  #close(): void {
    this.#cancelIdle?.();
    this.#speaker.stop();
    this.#listener.stop();
    this.#connection.close();
  }
}
