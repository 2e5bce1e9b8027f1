import { type BrowserParts, WORKLET_URLS } from "./browser-parts";
import { type FromPlayback, MICROPHONE_WORKLET, PLAYBACK_WORKLET, type ToPlayback } from "./worklet-messages";

/** Leave to make sound comes at once, or only with a click. */
const RUNNING_WITHIN_MS = 400;

export type SoundCardDeps = {
  parts: BrowserParts;
  onMessage: (message: FromPlayback) => void;
  onRunning: (isRunning: boolean) => void;
};

/** The page's one AudioContext with the playback worklet in it; made at its first use. */
export class SoundCard {
  #opening: Promise<AudioContext> | null = null;
  #context: AudioContext | null = null;
  #playback: AudioWorkletNode | null = null;
  /** Made before anybody wanted it: it must not run yet. */
  #isAsleep = false;
  #isPrepared = false;
  #sinkId: string | null = null;

  constructor(private readonly deps: SoundCardDeps) {}

  get isRunning(): boolean {
    return this.#context?.state === "running";
  }

  /** From the worklet's output to the air, milliseconds; 0 where the browser does not tell. */
  get outputLatencyMs(): number {
    const { baseLatency = 0, outputLatency = 0 } = this.#context ?? {};
    return (baseLatency + outputLatency) * 1000;
  }

  get canChooseOutput(): boolean {
    return typeof AudioContext !== "undefined" && "setSinkId" in AudioContext.prototype;
  }

  /** Lets it run where the browser allows that. @throws Error in words for people where the browser cannot. */
  open(): Promise<AudioContext> {
    const wasAsleep = this.#isAsleep;
    this.#isAsleep = false;
    if (wasAsleep) void this.#context?.resume().catch(() => undefined);
    return this.#make();
  }

  /** Loads the worklets without a sound and without the sound card running, once. @returns whether they are there; never throws */
  async prepare(): Promise<boolean> {
    if (!this.#opening && this.#isPrepared) return false;
    this.#isPrepared = true;
    if (!this.#opening) this.#isAsleep = true;
    return this.#make().then(
      () => true,
      () => false,
    );
  }

  /** @returns whether it sounds; false: it takes a click. */
  async resume(): Promise<boolean> {
    const context = await this.open();
    if (context.state === "running") return true;
    const { promise, cancel } = this.#wait(RUNNING_WITHIN_MS);
    // Without a click this promise stays open until there is one.
    await Promise.race([context.resume().catch(() => undefined), promise]);
    cancel();
    return this.isRunning;
  }

  send(message: ToPlayback, transfer: Transferable[] = []): void {
    this.#playback?.port.postMessage(message, transfer);
  }

  /** @returns a node whose input is the microphone; its output is silence and keeps it running. */
  async createMicrophoneNode(): Promise<AudioWorkletNode> {
    const context = await this.open();
    const node = this.deps.parts.createNode(context, {
      name: MICROPHONE_WORKLET,
      options: { numberOfInputs: 1, numberOfOutputs: 1, channelCount: 1, channelCountMode: "explicit" },
    });
    node.connect(context.destination);
    return node;
  }

  /** @param sinkId null: the system's. @returns whether it was done. */
  async chooseOutput(sinkId: string | null): Promise<boolean> {
    this.#sinkId = sinkId;
    const context = this.#context;
    if (!context || !("setSinkId" in context) || typeof context.setSinkId !== "function") return context === null;
    try {
      await context.setSinkId(sinkId ?? "");
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    const context = this.#context;
    this.#opening = null;
    this.#context = null;
    this.#playback = null;
    this.#isAsleep = false;
    this.#isPrepared = false;
    // Its end is told later, when another may run already.
    if (context) context.onstatechange = null;
    await context?.close().catch(() => undefined);
  }

  #make(): Promise<AudioContext> {
    if (this.#opening) return this.#opening;
    const opening = this.#open().catch((error: unknown) => {
      if (this.#opening === opening) this.#opening = null;
      throw error;
    });
    this.#opening = opening;
    return opening;
  }

  async #open(): Promise<AudioContext> {
    const context = createContext(this.deps.parts);
    this.#context = context;
    try {
      await this.#furnish(context);
      return context;
    } catch (error) {
      if (this.#context === context) this.#context = null;
      // What was closed meanwhile says so by refusing, and is as it should be.
      void context.close().catch(() => undefined);
      throw error;
    }
  }

  /** @throws also where it was closed meanwhile */
  async #furnish(context: AudioContext): Promise<void> {
    const { parts } = this.deps;
    // On a page that was clicked before, a context runs from its making on.
    if (this.#isAsleep) void context.suspend().catch(() => undefined);
    if (!context.audioWorklet)
      throw new Error("This page is not served securely (https), so the browser gives no audio.");
    await Promise.all(WORKLET_URLS.map((url) => context.audioWorklet.addModule(url)));
    if (this.#context !== context) throw new DOMException("The sound was closed while it was opened.", "AbortError");
    const playback = parts.createNode(context, {
      name: PLAYBACK_WORKLET,
      options: { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [2] },
    });
    playback.port.onmessage = (event: MessageEvent<FromPlayback>) => this.deps.onMessage(event.data);
    playback.connect(context.destination);
    context.onstatechange = () => this.deps.onRunning(context.state === "running");
    this.#playback = playback;
    if (this.#sinkId !== null) await this.chooseOutput(this.#sinkId);
  }

  #wait(ms: number): { promise: Promise<void>; cancel: () => void } {
    let cancel = () => {};
    const promise = new Promise<void>((resolve) => {
      cancel = this.deps.parts.clock.after(ms, resolve);
    });
    return { promise, cancel };
  }
}

function createContext(parts: BrowserParts): AudioContext {
  try {
    return parts.createContext();
  } catch {
    throw new Error("This browser has no Web Audio; use a current Chrome, Edge, Firefox or Safari.");
  }
}
