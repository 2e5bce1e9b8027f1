"use client";

import { useSyncExternalStore } from "react";
import { cn } from "@/components/ui/cn";

const shapes = {
  /** Day and minute. */
  full: { dateStyle: "medium", timeStyle: "short" },
  /** Time of day to the second. */
  clock: { timeStyle: "medium" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const never = () => () => {};

/** @returns whether this is the browser and not (a copy of) what the server rendered: only here the viewer's time zone is known. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/** A moment (epoch milliseconds) in the viewer's time zone; holds its place until the browser knows it. */
export function LocalTime({
  at,
  shape = "full",
  className,
}: {
  at: number;
  shape?: keyof typeof shapes;
  className?: string | undefined;
}) {
  const known = useInBrowser();
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} className={cn("whitespace-nowrap tabular-nums", !known && "opacity-0", className)}>
      {known ? new Intl.DateTimeFormat(undefined, shapes[shape]).format(at) : iso.slice(0, 16).replace("T", " ")}
    </time>
  );
}
