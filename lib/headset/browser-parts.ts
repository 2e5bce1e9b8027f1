import type { Clock } from "@/lib/platform/clock";

/** Of the browser, what a headset is made of; a test hands in others. */
export type BrowserParts = {
  /** @throws where the browser has no Web Audio */
  createContext: () => AudioContext;
  createNode: (context: AudioContext, request: { name: string; options: AudioWorkletNodeOptions }) => AudioWorkletNode;
  createWorker: () => Pick<Worker, "postMessage" | "terminate">;
  /** Undefined where the page is not served securely. */
  mediaDevices: () => MediaDevices | undefined;
  storage: () => Pick<Storage, "getItem" | "setItem"> | null;
  fetch: typeof fetch;
  clock: Clock;
  /** Calls `run` when the page goes away; the returned function ends that. */
  onPageHide: (run: () => void) => () => void;
};

/** Where scripts/build-headset.mjs leaves the worklets and the worker. */
export const WORKLET_URLS = ["/headset/playback-worklet.js", "/headset/microphone-worklet.js"];
const WORKER_URL = "/headset/audio-worker.js";

export function browserParts(): BrowserParts {
  return {
    // The card's own rate: a context at 16 kHz adds the browser's resampler, and Firefox joins no microphone to it.
    createContext: () => new AudioContext({ latencyHint: "interactive" }),
    createNode: (context, { name, options }) => new AudioWorkletNode(context, name, options),
    createWorker: () => new Worker(WORKER_URL, { name: "earshot-audio" }),
    mediaDevices: () => navigator.mediaDevices,
    storage: () => {
      try {
        return window.localStorage;
      } catch {
        return null;
      }
    },
    fetch: (...request) => fetch(...request),
    clock: {
      now: () => Date.now(),
      after(delayMs, run) {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    },
    onPageHide(run) {
      window.addEventListener("pagehide", run);
      return () => window.removeEventListener("pagehide", run);
    },
  };
}
