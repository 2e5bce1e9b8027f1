"use client";

import { useEffect, useRef } from "react";

/** Between two looks where people asked for less motion: enough to see that there is a voice. */
export const CALM_MS = 500;

/** Between two looks else: levels are measured twenty times a second, and each paint costs a frame of the whole page. */
const LOOK_MS = 40;

/** @returns whether the system asks for less motion. */
export function wantsLessMotion(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Calls `look` while mounted, as often as a level is worth a look; twice a second where people asked for less motion. `atMs`: performance.now(). */
export function useCalmLook(look: (atMs: number) => void): void {
  const latest = useRef(look);
  useEffect(() => {
    latest.current = look;
  }, [look]);
  useEffect(() => {
    const plan = () => setTimeout(next, wantsLessMotion() ? CALM_MS : LOOK_MS);
    const next = () => {
      latest.current(performance.now());
      timer = plan();
    };
    let timer = plan();
    return () => clearTimeout(timer);
  }, []);
}
