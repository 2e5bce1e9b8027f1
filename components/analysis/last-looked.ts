"use client";

import { useEffect, useState } from "react";
import { z } from "zod";
import { useStored } from "@/components/layout/use-stored";

const lookedSchema = z.record(z.string(), z.number());
const NOTHING: Record<string, number> = {};
const KEPT = 200;

/** @returns the map with this call moved to the newest end and the oldest dropped. */
export function rememberLook(
  looked: Record<string, number>,
  { callId, atMs }: { callId: string; atMs: number },
): Record<string, number> {
  const others = Object.entries(looked).filter(([id]) => id !== callId);
  return Object.fromEntries([...others.slice(-(KEPT - 1)), [callId, atMs]]);
}

/**
 * How far this browser had seen a call when the page was opened (position of the newest line, milliseconds), and remembers it from now on.
 * @returns null on the first look.
 */
export function useLastLooked({ callId, newestMs }: { callId: string; newestMs: number | null }): number | null {
  const [looked, store] = useStored("earshot.looked", { schema: lookedSchema, fallback: NOTHING });
  const [before, setBefore] = useState<number | null | undefined>(undefined);
  const known = looked[callId] ?? null;
  // Taken once, when the first lines are there; later looks must not move the divider.
  if (before === undefined && newestMs !== null) setBefore(known);
  useEffect(() => {
    if (newestMs === null || before === undefined || document.visibilityState === "hidden") return;
    if (known === null || newestMs > known) store(rememberLook(looked, { callId, atMs: newestMs }));
  }, [newestMs, before, known, looked, store, callId]);
  return before ?? null;
}
