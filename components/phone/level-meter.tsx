"use client";

import { useEffect, useRef } from "react";

const FLOOR_DBFS = -60;
const EVERY_MS = 80;
const SILENT = { transform: "scaleX(0)" };

/** How loud it is now. `level` is asked a dozen times a second, dBFS (−60 … 0). */
export function LevelMeter({ label, level }: { label: string; level: () => number }) {
  const bar = useRef<HTMLDivElement>(null);
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      const share = Math.max(0, Math.min(1, 1 - level() / FLOOR_DBFS));
      if (bar.current) bar.current.style.transform = `scaleX(${share})`;
      if (meter.current) meter.current.value = Math.round(share * 100);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [level]);
  return (
    <div className="grid grid-cols-[5.5rem_1fr] items-center gap-2 text-muted-foreground text-xs">
      <span aria-hidden>{label}</span>
      <meter ref={meter} aria-label={`Level: ${label}`} min={0} max={100} value={0} className="sr-only" />
      <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-muted">
        <div ref={bar} className="h-full origin-left bg-whisper" style={SILENT} />
      </div>
    </div>
  );
}
