import type { BrowserParts } from "./browser-parts";
import type { SoundCard } from "./sound-card";
import type { Device, MicrophoneState } from "./types";
import type { FromMicrophone, ToMicrophone } from "./worklet-messages";

export type MicrophoneInfo = {
  state: MicrophoneState;
  detail: string | null;
  devices: Device[];
  deviceId: string | null;
  echoCancellation: boolean;
};

export type MicrophoneDeps = {
  parts: BrowserParts;
  card: SoundCard;
  onChange: (info: MicrophoneInfo) => void;
  /** Its device is gone while it was ready or open. */
  onLost: (detail: string) => void;
  /** A new worklet node stands: where its frames go. */
  onNode: (node: AudioWorkletNode) => void;
};

type Line = { stream: MediaStream; source: MediaStreamAudioSourceNode; node: AudioWorkletNode; monitor: GainNode };

/** One microphone: permitted and warm, but shut at two places (track and worklet) until `open`. */
export class Microphone {
  #info: MicrophoneInfo;
  #line: Line | null = null;
  #preparing: Promise<boolean> | null = null;
  /** Counts how often it was let go: what was asked for before is let go as soon as it comes. */
  #turn = 0;
  #isMeasured = false;
  #level = 0;
  #watched: MediaDevices | null = null;

  constructor(
    private readonly deps: MicrophoneDeps,
    chosen: { deviceId: string | null; echoCancellation: boolean },
  ) {
    this.#info = { state: "off", detail: null, devices: [], ...chosen };
  }

  /** Before its first use. */
  prefer(chosen: { deviceId: string | null; echoCancellation: boolean }): void {
    this.#set(chosen);
  }

  get info(): MicrophoneInfo {
    return this.#info;
  }

  /** Peak of the last 50 ms, 0…1. */
  get level(): number {
    return this.#line ? this.#level : 0;
  }

  /** Asks for permission where needed. @returns whether it is ready; if not, the info says why, or it was let go meanwhile. */
  prepare(): Promise<boolean> {
    if (this.#preparing) return this.#preparing;
    if (this.#line) return Promise.resolve(true);
    const preparing = this.#prepare().finally(() => {
      if (this.#preparing === preparing) this.#preparing = null;
    });
    this.#preparing = preparing;
    return preparing;
  }

  /** @returns false where it is not ready. */
  open(): boolean {
    if (!this.#line) return false;
    this.#set({ state: "open", detail: null });
    this.#post({ type: "open" });
    this.#feed();
    return true;
  }

  /** At once. */
  cut(): void {
    if (!this.#line) return;
    // Before anybody is told: whoever listens may take time.
    this.#post({ type: "cut" });
    const wasOpen = this.#info.state === "open";
    if (wasOpen) this.#info = { ...this.#info, state: "ready" };
    this.#feed();
    if (wasOpen) this.deps.onChange(this.#info);
  }

  /** Lets its level be measured, and hears it oneself, while nothing leaves the browser. */
  measure(options: { isOn: boolean; playBack: boolean }): void {
    this.#isMeasured = options.isOn;
    if (this.#line) this.#line.monitor.gain.value = options.isOn && options.playBack ? 1 : 0;
    this.#feed();
  }

  async choose(deviceId: string | null): Promise<void> {
    this.#set({ deviceId });
    await this.#again();
  }

  async setEchoCancellation(isOn: boolean): Promise<void> {
    this.#set({ echoCancellation: isOn });
    await this.#again();
  }

  release(): void {
    this.#hangUp();
    this.#set({ state: "off", detail: null });
  }

  /** Also stops looking for devices. */
  close(): void {
    this.#watched?.removeEventListener("devicechange", this.#listDevices);
    this.#watched = null;
    this.release();
  }

  async #again(): Promise<void> {
    if (!this.#line && !this.#preparing) return;
    const wasMonitored = (this.#line?.monitor.gain.value ?? 0) > 0;
    this.#hangUp();
    if (await this.prepare()) this.measure({ isOn: this.#isMeasured, playBack: wasMonitored });
  }

  async #prepare(): Promise<boolean> {
    const devices = this.deps.parts.mediaDevices();
    if (!devices?.getUserMedia) {
      this.#set({
        state: "unsupported",
        detail: "The browser gives a microphone only to pages served securely (https).",
      });
      return false;
    }
    this.#set({ state: "asking", detail: null });
    const turn = this.#turn;
    const line = await this.#open(devices, turn);
    if (turn !== this.#turn) return this.#preparing ?? this.#line !== null;
    if (!line) return false;
    this.#line = line;
    this.#set({ state: "ready", detail: null });
    this.#feed();
    this.#watch(devices);
    this.deps.onNode(line.node);
    await this.#listDevices();
    return turn === this.#turn;
  }

  /** @returns null where it is refused, and the info says why, or where it was let go meanwhile: nothing of it is kept. */
  async #open(devices: MediaDevices, turn: number): Promise<Line | null> {
    const isWanted = () => turn === this.#turn;
    let stream: MediaStream | null = null;
    try {
      stream = await devices.getUserMedia({ audio: this.#constraints() });
      const node = isWanted() ? await this.deps.card.createMicrophoneNode() : null;
      const context = node && isWanted() ? await this.deps.card.open() : null;
      if (node && context && isWanted()) return this.#connect({ stream, node, context });
      node?.disconnect();
      node?.port.close();
    } catch (error) {
      if (isWanted()) this.#set(refusal(error));
    }
    for (const track of stream?.getTracks() ?? []) track.stop();
    return null;
  }

  #constraints(): MediaTrackConstraints {
    const { deviceId, echoCancellation } = this.#info;
    return {
      echoCancellation,
      noiseSuppression: true,
      autoGainControl: true,
      channelCount: 1,
      // `ideal`: one that was unplugged since it was chosen gives way to the system's.
      ...(deviceId === null ? {} : { deviceId: { ideal: deviceId } }),
    };
  }

  #connect({ stream, node, context }: Pick<Line, "stream" | "node"> & { context: AudioContext }): Line {
    void this.deps.card.resume();
    const source = context.createMediaStreamSource(stream);
    const monitor = context.createGain();
    monitor.gain.value = 0;
    source.connect(node);
    source.connect(monitor).connect(context.destination);
    node.port.onmessage = (event: MessageEvent<FromMicrophone>) => {
      if (event.data.type === "level") this.#level = event.data.peak;
    };
    for (const track of stream.getAudioTracks())
      track.onended = () => this.#lose("The microphone was unplugged or taken away.");
    return { stream, source, node, monitor };
  }

  #lose(detail: string): void {
    this.#hangUp();
    this.#set({ state: "missing", detail });
    this.deps.onLost(detail);
  }

  #hangUp(): void {
    this.#turn += 1;
    this.#preparing = null;
    const line = this.#line;
    this.#post({ type: "cut" });
    this.#line = null;
    if (!line) return;
    for (const track of line.stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
    line.source.disconnect();
    line.monitor.disconnect();
    line.node.disconnect();
    line.node.port.close();
  }

  /** Sound reaches the worklet only while it is open or measured. */
  #feed(): void {
    const isFed = this.#info.state === "open" || this.#isMeasured;
    for (const track of this.#line?.stream.getAudioTracks() ?? []) track.enabled = isFed;
  }

  #post(message: ToMicrophone): void {
    this.#line?.node.port.postMessage(message);
  }

  #watch(devices: MediaDevices): void {
    if (this.#watched) return;
    this.#watched = devices;
    devices.addEventListener("devicechange", this.#listDevices);
  }

  readonly #listDevices = async (): Promise<void> => {
    const all = await this.deps.parts.mediaDevices()?.enumerateDevices();
    this.#set({ devices: devicesOf(all ?? [], "audioinput") });
  };

  #set(change: Partial<MicrophoneInfo>): void {
    this.#info = { ...this.#info, ...change };
    this.deps.onChange(this.#info);
  }
}

/** @returns those that can be chosen: without leave the browser shows neither id nor name. */
export function devicesOf(all: readonly MediaDeviceInfo[], kind: "audioinput" | "audiooutput"): Device[] {
  return all
    .filter((device) => device.kind === kind && device.deviceId !== "")
    .map(({ deviceId, label }, at) => ({ deviceId, label: label || `Device ${at + 1}` }));
}

/** Names of DOMExceptions as in Media Capture and Streams, §10.2. */
function refusal(error: unknown): { state: MicrophoneState; detail: string } {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError")
    return { state: "denied", detail: "The microphone is not allowed: allow it beside the address, then try again." };
  if (name === "NotFoundError" || name === "OverconstrainedError")
    return { state: "missing", detail: "No microphone was found: plug one in, then try again." };
  if (name === "NotReadableError")
    return { state: "failed", detail: "Another program keeps the microphone, or its driver failed." };
  return { state: "failed", detail: error instanceof Error ? error.message : "The microphone could not be opened." };
}
