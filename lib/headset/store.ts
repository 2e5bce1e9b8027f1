import { createStore, type StoreApi } from "zustand/vanilla";
import type { HeadsetState } from "./types";

export type HeadsetStore = StoreApi<HeadsetState>;

export const INITIAL_HEADSET: HeadsetState = {
  listening: {
    state: "off",
    callId: null,
    detail: null,
    codec: null,
    perPartyAudio: true,
    behindMs: 0,
    rate: 1,
  },
  quality: null,
  mix: { caller: { volume: 1, isMuted: false }, agent: { volume: 1, isMuted: false } },
  outputs: [],
  outputId: null,
  microphone: {
    state: "off",
    detail: null,
    devices: [],
    deviceId: null,
    echoCancellation: true,
    isTesting: false,
  },
  speaking: { state: "closed", callId: null, mode: null, detail: null },
};

/** What the screen knows of one headset. */
export function createHeadsetStore(initial: Partial<HeadsetState> = {}): HeadsetStore {
  return createStore<HeadsetState>(() => ({ ...INITIAL_HEADSET, ...initial }));
}
