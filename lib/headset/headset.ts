import type { Party, SpeakingMode } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import { type BrowserParts, browserParts } from "./browser-parts";
import { toDbfs } from "./decibels";
import { Headphones } from "./headphones";
import { Microphone } from "./microphone";
import { type Preferences, readPreferences, writePreferences } from "./preferences";
import { createHeadsetStore, type HeadsetStore } from "./store";
import type { Headset, HeadsetState, Levels, PartyMix } from "./types";
import type { FromWorker, ToWorker } from "./worker-messages";

const CLOSED: HeadsetState["speaking"] = { state: "closed", callId: null, mode: null, detail: null };

/** A supervisor's headset in a browser. Worker, AudioContext and permission wait for their first use. */
export class BrowserHeadset implements Headset {
  readonly store: HeadsetStore;
  readonly #parts: BrowserParts;
  readonly #headphones: Headphones;
  readonly #microphone: Microphone;
  #worker: Pick<Worker, "postMessage" | "terminate"> | null = null;
  #control: MessagePort | null = null;
  #preferences: Preferences;
  #isLoaded = false;
  #requestId = 0;
  /** Counts microphone tests, so that one that ended while the browser asked does not begin. */
  #tests = 0;
  #wish: { requestId: number; isLatched: boolean; isSent: boolean } | null = null;
  #endPageHide: (() => void) | null = null;

  /** @param parts in place of the browser's own, for tests */
  constructor(parts?: BrowserParts) {
    this.#parts = parts ?? browserParts();
    // Read in `open`: while a page is rendered on the server there is no storage.
    this.#preferences = readPreferences({ storage: () => null });
    this.store = createHeadsetStore();
    this.#headphones = new Headphones({ parts: this.#parts, store: this.store, send: this.#send });
    this.#microphone = new Microphone(
      {
        parts: this.#parts,
        card: this.#headphones.card,
        onChange: (info) => this.#setMicrophone(info),
        onLost: (detail) => this.#closeMicrophone(detail),
        onNode: (node) => this.#joinMicrophone(node),
      },
      { deviceId: null, echoCancellation: true },
    );
  }

  /** On mount. */
  open(): void {
    this.#endPageHide ??= this.#parts.onPageHide(() => {
      this.stopSpeaking();
      this.#microphone.release();
    });
    if (!this.#isLoaded) this.#load();
  }

  /** On unmount: everything is let go. */
  close(): void {
    this.#endPageHide?.();
    this.#endPageHide = null;
    this.stopSpeaking();
    this.#microphone.close();
    this.#headphones.close();
    if (this.#worker) this.#send({ type: "close" });
    this.#control?.close();
    this.#worker?.terminate();
    this.#worker = null;
    this.#control = null;
  }

  prepareListening(): void {
    void this.#headphones.prepare();
  }

  listen(callId: CallId): Promise<void> {
    return this.#headphones.listen(callId);
  }

  stopListening(): void {
    this.#headphones.stop();
  }

  resume(): Promise<void> {
    return this.#headphones.resume();
  }

  setMix(party: Party, change: Partial<PartyMix>): void {
    const { mix } = this.store.getState();
    const volume = Math.max(0, Math.min(2, change.volume ?? mix[party].volume));
    const next = { ...mix, [party]: { ...mix[party], ...change, volume } };
    this.store.setState({ mix: next });
    this.#headphones.setMix(next);
    this.#remember({ volumes: { caller: next.caller.volume, agent: next.agent.volume } });
  }

  async chooseOutput(deviceId: string | null): Promise<void> {
    const isDone = await this.#headphones.card.chooseOutput(deviceId);
    this.store.setState({ outputId: isDone ? deviceId : null });
    if (!isDone) await this.#headphones.card.chooseOutput(null);
    this.#remember({ outputId: isDone ? deviceId : null });
  }

  rewind(seconds: number): Promise<void> {
    return this.#headphones.rewind(seconds);
  }

  setRate(rate: number): void {
    this.#headphones.setRate(Math.max(1, Math.min(1.5, rate)));
  }

  jumpToLive(): void {
    this.#headphones.jumpToLive();
  }

  async prepareMicrophone(): Promise<void> {
    if (await this.#microphone.prepare()) await this.#headphones.listOutputs();
  }

  async chooseMicrophone(deviceId: string | null): Promise<void> {
    this.stopSpeaking();
    this.#remember({ microphoneId: deviceId });
    await this.#microphone.choose(deviceId);
  }

  async setEchoCancellation(isOn: boolean): Promise<void> {
    this.stopSpeaking();
    this.#remember({ echoCancellation: isOn });
    await this.#microphone.setEchoCancellation(isOn);
  }

  async startMicrophoneTest({ playBack }: { playBack: boolean }): Promise<void> {
    this.stopSpeaking();
    const test = ++this.#tests;
    if (!(await this.#microphone.prepare()) || test !== this.#tests) return;
    this.#microphone.measure({ isOn: true, playBack });
    this.#setMicrophone({ isTesting: true });
  }

  stopMicrophoneTest(): void {
    this.#tests += 1;
    this.#microphone.measure({ isOn: false, playBack: false });
    this.#setMicrophone({ isTesting: false });
  }

  releaseMicrophone(): void {
    this.stopSpeaking();
    this.stopMicrophoneTest();
    this.#microphone.release();
  }

  async startSpeaking(request: { callId: CallId; mode: SpeakingMode; isLatched: boolean }): Promise<void> {
    const { callId, mode, isLatched } = request;
    const { speaking } = this.store.getState();
    if (this.#wish && speaking.callId === callId && speaking.mode === mode) {
      this.#wish.isLatched = isLatched;
      if (speaking.state !== "starting") this.#setSpeaking({ ...speaking, state: isLatched ? "latched" : "open" });
      return;
    }
    this.stopSpeaking();
    this.stopMicrophoneTest();
    const wish = { requestId: ++this.#requestId, isLatched, isSent: false };
    this.#wish = wish;
    this.#setSpeaking({ state: "starting", callId, mode, detail: null });
    const isReady = await this.#microphone.prepare();
    if (this.#wish !== wish) return;
    if (!isReady) {
      this.#endSpeaking(this.#microphone.info.detail);
      return;
    }
    wish.isSent = true;
    this.#send({ type: "speak", requestId: wish.requestId, callId, mode });
  }

  stopSpeaking(): void {
    this.#closeMicrophone(null);
  }

  levels(): Levels {
    const { caller, agent } = this.#headphones.peaks;
    return { caller: toDbfs(caller), agent: toDbfs(agent), microphone: toDbfs(this.#microphone.level) };
  }

  /** Closed here first; the server is told after. */
  #closeMicrophone(detail: string | null): void {
    this.#microphone.cut();
    if (!this.#wish) return;
    if (this.#wish.isSent) this.#send({ type: "unspeak" });
    this.#endSpeaking(detail);
  }

  #endSpeaking(detail: string | null): void {
    this.#microphone.cut();
    this.#wish = null;
    this.#setSpeaking({ ...CLOSED, detail });
  }

  #onWorker(message: FromWorker): void {
    if (message.type !== "speaking") {
      this.#headphones.onWorker(message);
      return;
    }
    const wish = this.#wish;
    const { speaking } = this.store.getState();
    if (!wish || wish.requestId !== message.requestId) return;
    if (message.state === "closed") this.#endSpeaking(message.detail);
    else if (speaking.state !== "starting") this.#setSpeaking({ ...speaking, detail: message.detail });
    else if (this.#microphone.open())
      this.#setSpeaking({ ...speaking, state: wish.isLatched ? "latched" : "open", detail: null });
    else this.#closeMicrophone(this.#microphone.info.detail ?? "The microphone is not ready.");
  }

  #joinMicrophone(node: AudioWorkletNode): void {
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage({ type: "sink", port: port1 }, [port1]);
    this.#send({ type: "microphone", port: port2 }, [port2]);
  }

  readonly #send = (message: ToWorker, transfer: Transferable[] = []): void => {
    if (!this.#control) {
      const { port1, port2 } = new MessageChannel();
      this.#worker = this.#parts.createWorker();
      this.#worker.postMessage(null, [port2]);
      port1.onmessage = (event: MessageEvent<FromWorker>) => this.#onWorker(event.data);
      this.#control = port1;
    }
    this.#control.postMessage(message, transfer);
  };

  #load(): void {
    this.#isLoaded = true;
    this.#preferences = readPreferences(this.#parts);
    const { outputId, microphoneId, echoCancellation, volumes } = this.#preferences;
    const { mix } = this.store.getState();
    this.store.setState({
      outputId,
      mix: { caller: { ...mix.caller, volume: volumes.caller }, agent: { ...mix.agent, volume: volumes.agent } },
    });
    this.#microphone.prefer({ deviceId: microphoneId, echoCancellation });
    void this.#headphones.card.chooseOutput(outputId);
  }

  #remember(change: Partial<Preferences>): void {
    this.#preferences = { ...this.#preferences, ...change };
    writePreferences(this.#parts, this.#preferences);
  }

  #setMicrophone(change: Partial<HeadsetState["microphone"]>): void {
    this.store.setState(({ microphone }) => ({ microphone: { ...microphone, ...change } }));
  }

  #setSpeaking(speaking: HeadsetState["speaking"]): void {
    this.store.setState({ speaking });
  }
}
