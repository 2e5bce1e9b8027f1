import type { Device, MicrophoneState } from "./types";

/** `needs-gesture`: the browser's autoplay rule; call `resume` in a click. */
export type SoftphoneAudioState = {
  sound: "off" | "needs-gesture" | "playing" | "failed" | "unsupported";
  microphone: { state: MicrophoneState; detail: string | null; devices: Device[]; deviceId: string | null };
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
  resume(): Promise<void>;
  /** A frame of the other side. `sequence` counts them from 0 a call, also those that were lost; a restart may count anew. */
  receive(frame: { sequence: number; samples: Int16Array }): void;
  /** False: it is not ready, and `state` says why. */
  openMicrophone(): boolean;
  /** At once. Muting is closing. */
  closeMicrophone(): void;
  chooseMicrophone(deviceId: string | null): Promise<void>;
  /** 0…1 */
  setVolume(volume: number): void;
  /** Peaks of the last 50 ms, dBFS (−60 … 0). */
  levels(): { heard: number; microphone: number };
  /** Lets go of microphone and sound. `start` begins anew. */
  stop(): void;
}
