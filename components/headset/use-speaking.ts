"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { SpeakingMode } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import { useHeadsetSheet } from "./headset-sheet-context";
import { useIntroduced } from "./use-introduced";

type Wish = { mode: SpeakingMode; isLatched: boolean };

/**
 * Opening and closing the microphone on one call. The first time in a browser the sheet is offered instead; later a cold microphone
 * is warmed up first, and whoever let go meanwhile does not speak. Leaving the call's page closes it and lets go of the device.
 */
export function useSpeaking(callId: CallId) {
  const headset = useHeadset();
  const openSheet = useHeadsetSheet();
  const [isIntroduced] = useIntroduced();
  const microphone = useHeadsetState((state) => state.microphone.state);
  const [wish, setWish] = useState<Wish | null>(null);
  const isWarm = microphone === "ready" || microphone === "open";
  const latest = useRef({ isWarm, isIntroduced, microphone });
  useEffect(() => {
    latest.current = { isWarm, isIntroduced, microphone };
  });

  useEffect(() => {
    if (!wish) return;
    if (isWarm) {
      setWish(null);
      void headset.startSpeaking({ callId, ...wish });
    } else if (microphone !== "off" && microphone !== "asking") {
      setWish(null);
      openSheet();
    }
  }, [wish, isWarm, microphone, headset, callId, openSheet]);
  useEffect(
    () => () => {
      headset.stopSpeaking();
      headset.releaseMicrophone();
    },
    [headset],
  );

  const begin = useCallback(
    (next: Wish) => {
      if (latest.current.isWarm) return void headset.startSpeaking({ callId, ...next });
      if (!latest.current.isIntroduced || latest.current.microphone !== "off") return openSheet();
      setWish(next);
      void headset.prepareMicrophone();
    },
    [headset, callId, openSheet],
  );
  const end = useCallback(() => {
    setWish(null);
    headset.stopSpeaking();
  }, [headset]);
  return { begin, end, openSheet, isWarming: wish !== null };
}
