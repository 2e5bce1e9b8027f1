"use client";

import { useRef } from "react";
import { cn } from "@/components/ui/cn";
import { useCalmLook } from "./use-calm-levels";

const FLOOR_DBFS = -60;
/** How fast a bar falls after a peak, dB a second: slower than speech, so that it does not flicker. */
const FALL_DB_PER_SECOND = 40;

/** @returns how full a meter is at `dbfs`: 0…1. */
function fullness(dbfs: number): number {
  return Math.min(1, Math.max(0, (dbfs - FLOOR_DBFS) / -FLOOR_DBFS));
}

const scale = (share: number) => `scaleX(${share.toFixed(3)})`;

/**
 * A bar that moves with a level, painted without React and only where it changed. Decoration, if the words beside it say who
 * speaks; else `label` tells it to those who cannot see it.
 * @param level asked as often as it is looked at, dBFS (−60 … 0)
 */
export function LevelBar({ level, label, className }: { level: () => number; label?: string; className?: string }) {
  const bar = useRef<HTMLSpanElement>(null);
  const meter = useRef<HTMLMeterElement>(null);
  const shown = useRef({ dbfs: FLOOR_DBFS, atMs: 0, transform: scale(0) });
  useCalmLook((atMs) => {
    const before = shown.current;
    const fallen = before.dbfs - ((atMs - before.atMs) / 1000) * FALL_DB_PER_SECOND;
    const dbfs = Math.max(level(), fallen, FLOOR_DBFS);
    const transform = scale(fullness(dbfs));
    shown.current = { dbfs, atMs, transform };
    if (transform === before.transform) return;
    if (bar.current) bar.current.style.transform = transform;
    if (meter.current) meter.current.value = Math.round(fullness(dbfs) * 100);
  });
  return (
    <>
      {label && <meter ref={meter} aria-label={`Level: ${label}`} min={0} max={100} value={0} className="sr-only" />}
      <span
        aria-hidden
        className={cn(
          "relative block h-2 min-w-8 overflow-hidden rounded-sm text-foreground/75 [mask-image:repeating-linear-gradient(90deg,#000_0_5px,transparent_5px_7px)]",
          className,
        )}
      >
        <span className="absolute inset-0 bg-current opacity-15" />
        <span ref={bar} className="absolute inset-0 origin-left bg-current" style={{ transform: scale(0) }} />
      </span>
    </>
  );
}
