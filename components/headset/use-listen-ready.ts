"use client";

import { useEffect } from "react";
import { useHeadset } from "@/lib/headset/client";

/** The connection is kept for a minute after each time: renewed well before, and only while somebody's hands are at the page. */
const RENEW_MS = 30_000;
/** A page that never rests gets ready all the same. */
const IDLE_LIMIT_MS = 1000;
const ATTENTION = ["pointermove", "pointerdown", "keydown", "visibilitychange"] as const;

/**
 * While mounted on a page where something can be heard: has the headset ready before the click, first when the page has nothing else
 * to do, then with each sign of somebody who is there. A page that is hidden or left alone lets its connection go.
 */
export function useListenReady(isPossible: boolean): void {
  const headset = useHeadset();
  useEffect(() => {
    if (!isPossible) return;
    let readyAt = Number.NEGATIVE_INFINITY;
    const getReady = () => {
      const now = performance.now();
      if (document.hidden || now - readyAt < RENEW_MS) return;
      readyAt = now;
      headset.prepareListening();
    };
    const cancelIdle = whenIdle(getReady);
    for (const sign of ATTENTION) window.addEventListener(sign, getReady, { passive: true });
    return () => {
      cancelIdle();
      for (const sign of ATTENTION) window.removeEventListener(sign, getReady);
    };
  }, [headset, isPossible]);
}

function whenIdle(run: () => void): () => void {
  if (typeof window.requestIdleCallback !== "function") {
    const timer = setTimeout(run, IDLE_LIMIT_MS / 4);
    return () => clearTimeout(timer);
  }
  const handle = window.requestIdleCallback(run, { timeout: IDLE_LIMIT_MS });
  return () => window.cancelIdleCallback(handle);
}
