import type { Clock } from "@/lib/platform/clock";
import type { BrowserParts } from "../browser-parts";
import type { FromWorker, ToWorker } from "../worker-messages";
import { type FromPlayback, MICROPHONE_WORKLET, PLAYBACK_WORKLET } from "../worklet-messages";

type Track = {
  enabled: boolean;
  /** The device is let go of: for good, as in a browser. */
  isStopped: boolean;
  onended: ((event: Event) => void) | null;
  stop(): void;
};
type Node = { port: { onmessage: ((event: { data: unknown }) => void) | null; postMessage(message: unknown): void } };

/** As much of a browser as a headset touches; what a person or the machine does to it is a method. */
export class FakeBrowser {
  permission: "granted" | "pending" | "insecure" | "NotAllowedError" | "NotFoundError" | "NotReadableError" = "granted";
  allowsSound = true;
  hasAudio = true;
  /** Its worklets can be loaded. */
  hasWorklets = true;
  workers = 0;
  /** Answers what the page fetches. */
  fetch = async () => new Response(null, { status: 404 });
  /** Says yes to the newest question, where `permission` was pending. */
  grant = () => {};
  isMicrophoneOpen = false;
  /** The newest that was given. */
  track: Track | null = null;
  readonly contexts: { readonly state: AudioContextState; onstatechange: (() => void) | null }[] = [];
  /** Where the newest microphone's worklet sends its frames. */
  sink: MessagePort | null = null;
  /** Constraints of every request for a microphone. */
  readonly asked: unknown[] = [];
  readonly stored = new Map<string, string>();
  readonly parts: BrowserParts;
  readonly #got: ToWorker[] = [];
  readonly #tracks: Track[] = [];
  readonly #hides = new Set<() => void>();
  readonly #deviceWatchers = new Set<unknown>();
  readonly #nodes = new Map<string, Node>();
  #control: MessagePort | null = null;

  constructor({ clock }: { clock: Clock }) {
    this.parts = {
      createContext: () => this.#createContext() as unknown as AudioContext,
      createNode: (_context, { name }) => this.#createNode(name) as unknown as AudioWorkletNode,
      createWorker: () => {
        this.workers += 1;
        const adopt = (transfer: unknown) => this.#adopt(Array.isArray(transfer) ? transfer[0] : undefined);
        return { postMessage: (_message: unknown, transfer?: unknown) => adopt(transfer), terminate() {} };
      },
      mediaDevices: () =>
        this.permission === "insecure" ? undefined : (this.#mediaDevices() as unknown as MediaDevices),
      storage: () => ({
        getItem: (key) => this.stored.get(key) ?? null,
        setItem: (key, value) => this.stored.set(key, value),
      }),
      fetch: () => this.fetch(),
      clock,
      onPageHide: (run) => {
        this.#hides.add(run);
        return () => this.#hides.delete(run);
      },
    };
  }

  /** Microphones that the browser shows as in use. */
  get capturing(): number {
    return this.#tracks.filter(({ isStopped }) => !isStopped).length;
  }

  /** Listeners on page and devices that nobody has taken back. */
  get listeners(): number {
    return this.#hides.size + this.#deviceWatchers.size;
  }

  workerGot<T extends ToWorker["type"]>(type: T): Extract<ToWorker, { type: T }>[] {
    return this.#got.filter((message): message is Extract<ToWorker, { type: T }> => message.type === type);
  }

  /** The worker says something. */
  worker(message: FromWorker): void {
    this.#control?.postMessage(message);
  }

  /** The playback worklet says something. */
  playback(message: FromPlayback): void {
    this.#nodes.get(PLAYBACK_WORKLET)?.port.onmessage?.({ data: message });
  }

  leavePage(): void {
    for (const run of this.#hides) run();
  }

  close(): void {
    this.#control?.close();
  }

  #adopt(port: unknown): void {
    if (!(port instanceof MessagePort)) return;
    this.#control = port;
    port.onmessage = (event: MessageEvent<ToWorker>) => this.#got.push(event.data);
  }

  #createContext(): object {
    if (!this.hasAudio) throw new Error("no Web Audio");
    const node = () => ({ connect: (to: unknown) => to, disconnect() {}, gain: { value: 1 } });
    const isAllowed = () => this.allowsSound;
    const addModule = async () => {
      if (!this.hasWorklets) throw new Error("not found");
    };
    let isSuspended = false;
    let isClosed = false;
    const context = {
      ...{ baseLatency: 0.01, outputLatency: 0.03, destination: {} },
      ...{ onstatechange: null, audioWorklet: { addModule } },
      ...{ createMediaStreamSource: node, createGain: node },
      close: async () => {
        isClosed = true;
      },
      get state(): AudioContextState {
        if (isClosed) return "closed";
        return isAllowed() && !isSuspended ? "running" : "suspended";
      },
      suspend: async () => {
        isSuspended = true;
      },
      resume: () => {
        isSuspended = false;
        return isAllowed() ? Promise.resolve() : new Promise<void>(() => {});
      },
    };
    this.contexts.push(context);
    return context;
  }

  #createNode(name: string): object {
    const node = {
      port: {
        onmessage: null,
        postMessage: (message: { type: string; port?: MessagePort }) => {
          if (name === MICROPHONE_WORKLET && message.port) this.sink = message.port;
          if (name === MICROPHONE_WORKLET && message.type === "open") this.isMicrophoneOpen = true;
          if (name === MICROPHONE_WORKLET && message.type === "cut") this.isMicrophoneOpen = false;
        },
        close() {},
      },
      connect() {},
      disconnect() {},
    };
    this.#nodes.set(name, node);
    return node;
  }

  #mediaDevices(): object {
    return {
      addEventListener: (_name: string, run: unknown) => this.#deviceWatchers.add(run),
      removeEventListener: (_name: string, run: unknown) => this.#deviceWatchers.delete(run),
      enumerateDevices: async () => [{ kind: "audioinput", deviceId: "m1", label: "Headset" }],
      getUserMedia: async (constraints: unknown) => {
        this.asked.push(constraints);
        if (this.permission === "pending")
          await new Promise<void>((resolve) => {
            this.grant = resolve;
          });
        else if (this.permission !== "granted") throw new DOMException("refused", this.permission);
        const track = makeTrack();
        this.track = track;
        this.#tracks.push(track);
        return { getTracks: () => [track], getAudioTracks: () => [track] };
      },
    };
  }
}

function makeTrack(): Track {
  return {
    enabled: true,
    isStopped: false,
    onended: null,
    stop() {
      this.isStopped = true;
    },
  };
}
