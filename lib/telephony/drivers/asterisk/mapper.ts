import { createHash } from "node:crypto";
import { type CallId, callIdSchema } from "@/lib/contract/ids";

/** The same for the same two channels, also after Earshot was restarted. */
export function callIdOf({ gateway, channels }: { gateway: string; channels: readonly string[] }): CallId {
  const readable = callIdSchema.safeParse([gateway, ...channels].join("_"));
  if (readable.success) return readable.data;
  const hash = createHash("sha256").update(channels.join("\n")).digest("hex").slice(0, 32);
  return callIdSchema.parse(`${gateway}_${hash}`);
}

/** Asterisk's default is the number, or the endpoint's name, once more, which is no name. */
export function nameOf({ name, number, endpoint }: { name: string; number: string; endpoint?: string }): string | null {
  return name === "" || name === number || name === endpoint ? null : name.slice(0, 120);
}
