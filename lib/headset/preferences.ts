import { z } from "zod";
import type { BrowserParts } from "./browser-parts";

const KEY = "earshot:headset";
const mixSchema = z.object({ volume: z.number().min(0).max(2), isMuted: z.boolean() });

/** What is remembered in this browser. Mutes are not: nobody should wonder tomorrow why a side is silent. */
const preferencesSchema = z.object({
  outputId: z.string().max(200).nullable().default(null),
  microphoneId: z.string().max(200).nullable().default(null),
  echoCancellation: z.boolean().default(true),
  volumes: z.object({ caller: mixSchema.shape.volume, agent: mixSchema.shape.volume }).default({ caller: 1, agent: 1 }),
});
export type Preferences = z.infer<typeof preferencesSchema>;

/** @returns what was remembered; where that is nothing or unreadable, the usual. */
export function readPreferences(parts: Pick<BrowserParts, "storage">): Preferences {
  try {
    const stored = preferencesSchema.safeParse(JSON.parse(parts.storage()?.getItem(KEY) ?? "{}"));
    return stored.data ?? preferencesSchema.parse({});
  } catch {
    return preferencesSchema.parse({});
  }
}

export function writePreferences(parts: Pick<BrowserParts, "storage">, preferences: Preferences): void {
  try {
    parts.storage()?.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A private window remembers nothing.
  }
}
