import type { Party, SpeakingMode } from "@/lib/contract/call";
import type { ListenCodec } from "@/lib/contract/headset";
import type { CallId } from "@/lib/contract/ids";

export type Device = { deviceId: string; label: string };

/**
 * `needs-gesture`: the browser's autoplay rule; one click (`resume`) starts the sound. `interrupted`: the connection is away, and
 * comes back by itself. `unsupported`: this browser cannot, and `detail` says what is missing.
 */
export type ListeningState =
  | "off"
  | "starting"
  | "needs-gesture"
  | "live"
  | "behind"
  | "interrupted"
  | "failed"
  | "unsupported";

export type Listening = {
  state: ListeningState;
  callId: CallId | null;
  /** For people: why it is not live. */
  detail: string | null;
  codec: ListenCodec | null;
  /** False: one mixed track, and both sides of the headphones carry it. */
  perPartyAudio: boolean;
  /** Milliseconds behind the call; 0 while live. */
  behindMs: number;
  /** 1…1.5, only while behind. */
  rate: number;
};

/** Renewed about once a second; null until measured. */
export type ListeningQuality = {
  /** From the gateway's frame at the server to this browser's loudspeaker. */
  endToEndMs: number;
  /** Of it, waiting in the jitter buffer. */
  bufferMs: number;
  /** Packets that did not come in time, of the last ten seconds: 0…100. */
  lossPercent: number;
};

export type PartyMix = { volume: number; isMuted: boolean };

/** `ready`: permitted and warm, but closed: nothing of it leaves the browser. `open`: frames go out. */
export type MicrophoneState = "off" | "asking" | "ready" | "open" | "denied" | "missing" | "failed" | "unsupported";

/**
 * `starting`: asked for, the mode is not confirmed yet and nothing goes out. `latched`: open without a key held.
 */
export type SpeakingState = "closed" | "starting" | "open" | "latched" | "stopping";

export type HeadsetState = {
  listening: Listening;
  quality: ListeningQuality | null;
  mix: Record<Party, PartyMix>;
  /** Empty where the browser cannot choose one. */
  outputs: Device[];
  outputId: string | null;
  microphone: {
    state: MicrophoneState;
    detail: string | null;
    devices: Device[];
    deviceId: string | null;
    echoCancellation: boolean;
    /** Its level is measured and, if wanted, played back; nothing leaves the browser. */
    isTesting: boolean;
  };
  speaking: { state: SpeakingState; callId: CallId | null; mode: SpeakingMode | null; detail: string | null };
};

/** Peak levels of the last 50 ms, dBFS (−60 … 0), not in the store: read them in an animation frame. */
export type Levels = { caller: number; agent: number; microphone: number };

/** A supervisor's headphones and microphone. Nothing of it throws; what fails is told in the state. */
export interface Headset {
  /**
   * Makes ready what the first `listen` would wait for: worker, worklets and, for a minute after each call of this, a connection.
   * Nothing sounds, nothing is asked of the server, no sound card runs.
   */
  prepareListening(): void;
  listen(callId: CallId): Promise<void>;
  stopListening(): void;
  /** After a click: the browser's leave to make sound. */
  resume(): Promise<void>;
  setMix(party: Party, mix: Partial<PartyMix>): void;
  chooseOutput(deviceId: string | null): Promise<void>;
  /** Hears again what was said up to `seconds` (at most 30 at once) before, while the call goes on. */
  rewind(seconds: number): Promise<void>;
  setRate(rate: number): void;
  jumpToLive(): void;

  /** Asks for permission, and keeps the microphone warm and closed. */
  prepareMicrophone(): Promise<void>;
  chooseMicrophone(deviceId: string | null): Promise<void>;
  setEchoCancellation(isOn: boolean): Promise<void>;
  startMicrophoneTest(options: { playBack: boolean }): Promise<void>;
  stopMicrophoneTest(): void;
  /** Lets go of the device. */
  releaseMicrophone(): void;

  /** Opens the microphone once `mode` is confirmed; until `stopSpeaking`. `isLatched`: no key is held. */
  startSpeaking(request: { callId: CallId; mode: SpeakingMode; isLatched: boolean }): Promise<void>;
  /** Closes the microphone at once, whatever the server answers. */
  stopSpeaking(): void;

  levels(): Levels;
}
