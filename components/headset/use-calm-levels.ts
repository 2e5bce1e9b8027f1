"use client";

import { useRef } from "react";
import { useLevels } from "@/lib/headset/client";
import type { Levels } from "@/lib/headset/types";

/** Between two paints where people asked for less motion: enough to see that there is a voice. */
export const CALM_MS = 500;

/** @returns whether the system asks for less motion. */
export function wantsLessMotion(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** useLevels, with the frame's time (ms), and twice a second at most where people asked for less motion. */
export function useCalmLevels(paint: (levels: Levels, atMs: number) => void): void {
  const paintedAt = useRef(Number.NEGATIVE_INFINITY);
  useLevels((levels) => {
    const atMs = performance.now();
    if (atMs - paintedAt.current < CALM_MS && wantsLessMotion()) return;
    paintedAt.current = atMs;
    paint(levels, atMs);
  });
}
