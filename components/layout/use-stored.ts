"use client";

import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { z } from "zod";

const CHANGED = "earshot:stored";

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("storage", listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener("storage", listener);
    window.removeEventListener(CHANGED, listener);
  };
}

function parse<T>(text: string | null, { schema, fallback }: { schema: z.ZodType<T>; fallback: T }): T {
  if (text === null) return fallback;
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : fallback;
  } catch {
    return fallback;
  }
}

/**
 * A value kept in this browser (localStorage), shared by every component and tab that reads `key`. What is stored is parsed; what
 * does not parse counts as absent. Without storage (private window) the value stays `fallback`. Pass constants as schema and fallback.
 */
export function useStored<T>(
  key: string,
  { schema, fallback }: { schema: z.ZodType<T>; fallback: T },
): [T, (value: T) => void] {
  const text = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => null,
  );
  const value = useMemo(() => parse(text, { schema, fallback }), [text, schema, fallback]);
  const store = useCallback(
    (next: T) => {
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        return;
      }
      window.dispatchEvent(new Event(CHANGED));
    },
    [key],
  );
  return [value, store];
}
