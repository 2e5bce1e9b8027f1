"use client";

import type { CallId } from "@/lib/contract/ids";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import type { ListeningState } from "@/lib/headset/types";
import { isListening } from "./listen-words";

/** Whether this call is heard, and the one switch for it. Another call that was heard ends with it. */
export function useListen(callId: CallId): { state: ListeningState; isOn: boolean; toggle: () => void } {
  const headset = useHeadset();
  const state = useHeadsetState(({ listening }) => (listening.callId === callId ? listening.state : "off"));
  const isOn = isListening(state);
  return { state, isOn, toggle: () => (isOn ? headset.stopListening() : void headset.listen(callId)) };
}
