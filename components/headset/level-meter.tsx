"use client";

import { useRef } from "react";
import { cn } from "@/components/ui/cn";
import type { Levels } from "@/lib/headset/types";
import { useCalmLevels } from "./use-calm-levels";

const FLOOR_DBFS = -60;
/** How fast a bar falls after a peak, dB a second: slower than speech, so that it does not flicker. */
const FALL_DB_PER_SECOND = 40;

/** @returns how full a meter is at `dbfs`: 0…1. */
export function fullness(dbfs: number): number {
  return Math.min(1, Math.max(0, (dbfs - FLOOR_DBFS) / -FLOOR_DBFS));
}

/** A bar that moves with a level, painted without React. Decoration: the words beside it say who speaks. */
export function LevelMeter({ of, className }: { of: (levels: Levels) => number; className?: string }) {
  const bar = useRef<HTMLSpanElement>(null);
  const shown = useRef({ dbfs: FLOOR_DBFS, atMs: 0 });
  useCalmLevels((levels, atMs) => {
    const fallen = shown.current.dbfs - ((atMs - shown.current.atMs) / 1000) * FALL_DB_PER_SECOND;
    shown.current = { dbfs: Math.max(of(levels), fallen, FLOOR_DBFS), atMs };
    if (bar.current) bar.current.style.transform = `scaleX(${fullness(shown.current.dbfs).toFixed(3)})`;
  });
  return (
    <span
      aria-hidden
      className={cn(
        "relative block h-2 min-w-8 overflow-hidden rounded-sm text-foreground/75 [mask-image:repeating-linear-gradient(90deg,#000_0_5px,transparent_5px_7px)]",
        className,
      )}
    >
      <span className="absolute inset-0 bg-current opacity-15" />
      <span ref={bar} className="absolute inset-0 origin-left bg-current" style={{ transform: "scaleX(0)" }} />
    </span>
  );
}

export const callerLevel = (levels: Levels) => levels.caller;
export const agentLevel = (levels: Levels) => levels.agent;
export const microphoneLevel = (levels: Levels) => levels.microphone;
export const loudestLevel = (levels: Levels) => Math.max(levels.caller, levels.agent);
