"use client";

import { useRef } from "react";
import { useLevels } from "@/lib/headset/client";
import type { Levels } from "@/lib/headset/types";

/** Between two paints where people asked for less motion: enough to see that there is a voice. */
export const CALM_MS = 500;

/** Between two paints else: levels are measured twenty times a second, and each paint costs a frame of the whole page. */
const PAINT_MS = 40;

/** @returns whether the system asks for less motion. */
export function wantsLessMotion(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** useLevels as often as there is something new, with the frame's time (ms); twice a second where people asked for less motion. */
export function useCalmLevels(paint: (levels: Levels, atMs: number) => void): void {
  const paintedAt = useRef(Number.NEGATIVE_INFINITY);
  useLevels((levels) => {
    const atMs = performance.now();
    const sinceMs = atMs - paintedAt.current;
    if (sinceMs < PAINT_MS || (sinceMs < CALM_MS && wantsLessMotion())) return;
    paintedAt.current = atMs;
    paint(levels, atMs);
  });
}
