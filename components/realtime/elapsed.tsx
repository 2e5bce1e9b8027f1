"use client";

import { formatDuration } from "@/components/calls/format";
import { cn } from "@/components/ui/cn";
import { useServerNow } from "./server-clock";

/** Time since `since` (server epoch milliseconds), ticking, or up to `until` where that is known. */
export function Elapsed({
  since,
  until = null,
  className,
}: {
  since: number;
  until?: number | null;
  className?: string;
}) {
  return until === null ? (
    <Ticking since={since} className={className} />
  ) : (
    <span className={cn("tabular-nums", className)}>{formatDuration(until - since)}</span>
  );
}

function Ticking({ since, className }: { since: number; className?: string | undefined }) {
  const now = useServerNow(1000);
  return <span className={cn("tabular-nums", className)}>{formatDuration(now - since)}</span>;
}
