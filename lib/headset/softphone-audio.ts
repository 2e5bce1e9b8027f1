import { FRAME_MS, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { type BrowserParts, browserParts } from "./browser-parts";
import { toDbfs } from "./decibels";
import { Microphone } from "./microphone";
import { SoundCard } from "./sound-card";
import type { Device, MicrophoneState } from "./types";
import type { MicrophoneFrame } from "./worklet-messages";

/** A sequence that falls back further than this counts anew. */
const RESTART_FRAMES = 25;

/**
 * `needs-gesture`: the browser's autoplay rule; call `start` in a click. `failed`: it did not start this time, and may the
 * next. `unsupported`: it never will on this page, and `soundDetail` says why, in words for people.
 */
export type SoftphoneAudioState = {
  sound: "off" | "needs-gesture" | "playing" | "failed" | "unsupported";
  soundDetail: string | null;
  microphone: { state: MicrophoneState; detail: string | null; devices: Device[]; deviceId: string | null };
};

export const SOFTPHONE_AUDIO_OFF: SoftphoneAudioState = {
  sound: "off",
  soundDetail: null,
  microphone: { state: "off", detail: null, devices: [], deviceId: null },
};

export type SoftphoneAudioOptions = {
  /** 20 ms of the microphone: FRAME_SAMPLES samples at SAMPLE_RATE, its own buffer. Only while the microphone is open. */
  onFrame: (samples: Int16Array) => void;
  onChange: (state: SoftphoneAudioState) => void;
};

/** A telephone's ear and mouth: one mono stream in, one out. Nothing of it throws; what fails is told in the state. */
export interface SoftphoneAudio {
  readonly state: SoftphoneAudioState;
  /** Asks for the microphone (it stays closed) and starts the sound. Call it in a click. */
  start(): Promise<void>;
  /** A frame of the other side. `sequence` counts them from 0 a call, also those that were lost; a restart may count anew. */
  receive(frame: { sequence: number; samples: Int16Array }): void;
  /** False: it is not ready, and `state` says why. */
  openMicrophone(): boolean;
  /** At once. Muting is closing. */
  closeMicrophone(): void;
  chooseMicrophone(deviceId: string | null): Promise<void>;
  /** Peaks of the last 50 ms, dBFS (−60 … 0). */
  levels(): { heard: number; microphone: number };
  /** Lets go of microphone and sound. `start` begins anew. */
  stop(): void;
}

/** @param parts in place of the browser's own, for tests */
export function createSoftphoneAudio(
  options: SoftphoneAudioOptions,
  parts: BrowserParts = browserParts(),
): SoftphoneAudio {
  return new BrowserSoftphoneAudio(options, parts);
}

class BrowserSoftphoneAudio implements SoftphoneAudio {
  readonly #card: SoundCard;
  readonly #microphone: Microphone;
  #state: SoftphoneAudioState = SOFTPHONE_AUDIO_OFF;
  #peak = 0;
  #streamId = 0;
  #lastSequence = -1;
  #isOpen = false;
  /** Counts stops, so that a start that was under way does not outlive one. */
  #stops = 0;
  #sink: MessagePort | null = null;
  #endPageHide: (() => void) | null = null;

  constructor(
    private readonly options: SoftphoneAudioOptions,
    private readonly parts: BrowserParts,
  ) {
    this.#card = new SoundCard({
      parts,
      onMessage: (message) => {
        if (message.type === "levels") this.#peak = Math.max(message.caller, message.agent);
      },
      onRunning: (isRunning) => {
        const { sound } = this.#state;
        if (sound === "playing" || sound === "needs-gesture")
          this.#set({ sound: isRunning ? "playing" : "needs-gesture" });
      },
    });
    this.#microphone = new Microphone(
      {
        parts,
        card: this.#card,
        onChange: ({ state, detail, devices, deviceId }) =>
          this.#set({ microphone: { state, detail, devices, deviceId } }),
        onLost: () => {
          this.#isOpen = false;
        },
        onNode: (node) => this.#hearMicrophone(node),
      },
      { deviceId: null, echoCancellation: true },
    );
  }

  get state(): SoftphoneAudioState {
    return this.#state;
  }

  async start(): Promise<void> {
    this.#endPageHide ??= this.parts.onPageHide(() => this.stop());
    const stops = this.#stops;
    const microphone = this.#microphone.prepare();
    const sound = await this.#card
      .resume()
      .then(
        (isRunning) => ({ sound: isRunning ? ("playing" as const) : ("needs-gesture" as const), soundDetail: null }),
        soundTrouble,
      );
    if (stops === this.#stops) this.#set(sound);
    await microphone;
  }

  receive({ sequence, samples }: { sequence: number; samples: Int16Array }): void {
    if (sequence < this.#lastSequence - RESTART_FRAMES) this.#streamId += 1;
    this.#lastSequence = sequence;
    const { buffer } = samples.slice();
    this.#card.send(
      {
        type: "frame",
        streamId: this.#streamId,
        sequence,
        atMs: sequence * FRAME_MS,
        heardAt: 0,
        rate: SAMPLE_RATE,
        channels: [new Int16Array(buffer)],
      },
      [buffer],
    );
  }

  openMicrophone(): boolean {
    this.#isOpen = this.#microphone.open();
    return this.#isOpen;
  }

  closeMicrophone(): void {
    this.#isOpen = false;
    this.#microphone.cut();
  }

  async chooseMicrophone(deviceId: string | null): Promise<void> {
    const wasOpen = this.#isOpen;
    await this.#microphone.choose(deviceId);
    if (wasOpen && this.#isOpen) this.openMicrophone();
  }

  levels(): { heard: number; microphone: number } {
    return { heard: toDbfs(this.#peak), microphone: toDbfs(this.#microphone.level) };
  }

  stop(): void {
    this.#endPageHide?.();
    this.#endPageHide = null;
    this.#stops += 1;
    this.#isOpen = false;
    this.#sink?.close();
    this.#lastSequence = -1;
    this.#streamId += 1;
    this.#peak = 0;
    this.#microphone.close();
    void this.#card.close();
    this.#set({ sound: "off", soundDetail: null });
  }

  #hearMicrophone(node: AudioWorkletNode): void {
    // A port of its own, so that frames begun before a change of microphone cannot be taken for its own.
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage({ type: "sink", port: port1 }, [port1]);
    this.#sink?.close();
    this.#sink = port2;
    port2.onmessage = (event: MessageEvent<MicrophoneFrame>) => {
      if (this.#isOpen) this.options.onFrame(event.data.samples);
    };
  }

  #set(change: Partial<SoftphoneAudioState>): void {
    this.#state = { ...this.#state, ...change };
    this.options.onChange(this.#state);
  }
}

/** The sound card says in its own words what the browser cannot; what the browser refuses for once is a DOMException (Web Audio). */
function soundTrouble(error: unknown): Pick<SoftphoneAudioState, "sound" | "soundDetail"> {
  if (!(error instanceof Error) || error instanceof DOMException) return { sound: "failed", soundDetail: null };
  return { sound: "unsupported", soundDetail: error.message };
}
