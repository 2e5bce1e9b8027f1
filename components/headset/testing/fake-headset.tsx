import type { ReactNode } from "react";
import { vi } from "vitest";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import { HeadsetProvider, type HeadsetWithStore } from "@/lib/headset/client";
import { createHeadsetStore } from "@/lib/headset/store";
import type { Headset, HeadsetState, Levels } from "@/lib/headset/types";

const resolved = async () => undefined;

/** A headset that does nothing by itself: what it was told to do is in its mocks, what it is in comes from `set`. */
export class FakeHeadset implements HeadsetWithStore {
  readonly store = createHeadsetStore();
  currentLevels: Levels = { caller: -60, agent: -60, microphone: -60 };

  open = vi.fn();
  close = vi.fn();
  prepareListening = vi.fn<Headset["prepareListening"]>();
  listen = vi.fn<Headset["listen"]>(resolved);
  stopListening = vi.fn<Headset["stopListening"]>();
  resume = vi.fn<Headset["resume"]>(resolved);
  setMix = vi.fn<Headset["setMix"]>();
  chooseOutput = vi.fn<Headset["chooseOutput"]>(resolved);
  rewind = vi.fn<Headset["rewind"]>(resolved);
  setRate = vi.fn<Headset["setRate"]>();
  jumpToLive = vi.fn<Headset["jumpToLive"]>();
  prepareMicrophone = vi.fn<Headset["prepareMicrophone"]>(resolved);
  chooseMicrophone = vi.fn<Headset["chooseMicrophone"]>(resolved);
  setEchoCancellation = vi.fn<Headset["setEchoCancellation"]>(resolved);
  startMicrophoneTest = vi.fn<Headset["startMicrophoneTest"]>(resolved);
  stopMicrophoneTest = vi.fn<Headset["stopMicrophoneTest"]>();
  releaseMicrophone = vi.fn<Headset["releaseMicrophone"]>();
  startSpeaking = vi.fn<Headset["startSpeaking"]>(resolved);
  stopSpeaking = vi.fn<Headset["stopSpeaking"]>();

  levels(): Levels {
    return this.currentLevels;
  }

  /** What it tells from now on; call it inside `act`. */
  set(change: {
    listening?: Partial<Omit<HeadsetState["listening"], "callId">> & { callId?: string };
    microphone?: Partial<HeadsetState["microphone"]>;
    speaking?: Partial<Omit<HeadsetState["speaking"], "callId">> & { callId?: string };
    rest?: Partial<Pick<HeadsetState, "quality" | "mix" | "outputs" | "outputId">>;
  }): void {
    const now = this.store.getState();
    const idOf = (part: { callId?: string } | undefined, was: CallId | null) =>
      part?.callId === undefined ? was : callIdSchema.parse(part.callId);
    this.store.setState({
      ...change.rest,
      listening: { ...now.listening, ...change.listening, callId: idOf(change.listening, now.listening.callId) },
      microphone: { ...now.microphone, ...change.microphone },
      speaking: { ...now.speaking, ...change.speaking, callId: idOf(change.speaking, now.speaking.callId) },
    });
  }
}

/** Components below it have `headset`. */
export function FakeHeadsetProvider({ headset, children }: { headset: FakeHeadset; children: ReactNode }) {
  return <HeadsetProvider headset={headset}>{children}</HeadsetProvider>;
}
