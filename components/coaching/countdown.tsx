"use client";

import { formatDuration } from "@/components/calls/format";
import { useServerNow } from "@/components/realtime/server-clock";
import { cn } from "@/components/ui/cn";

/** From here on the time left is shown in red, milliseconds. */
const SOON_MS = 10_000;

/** Time left until a suggestion expires (server epoch milliseconds). Not announced every second. */
export function Countdown({ expiresAt, className }: { expiresAt: number; className?: string }) {
  const left = expiresAt - useServerNow(1000);
  return (
    <span
      role="timer"
      aria-live="off"
      className={cn("tabular-nums", left <= SOON_MS && "font-medium text-danger", className)}
    >
      {left > 0 ? `${formatDuration(left)} left` : "expiring"}
    </span>
  );
}
