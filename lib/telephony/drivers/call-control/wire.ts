import type { z } from "zod";
import {
  type ControlServerMessage,
  controlServerMessageSchema,
  MAX_TEXT_BYTES,
  type MediaServerMessage,
  mediaServerMessageSchema,
  type serverHelloSchema,
} from "@/lib/contract/call-control";
import { MAX_RESYNC_BYTES } from "./options";

export type ServerHello = z.infer<typeof serverHelloSchema>;
type Parsed<M> = { ok: true; message: M } | { ok: false; reason: string };
export type Parse<M> = (text: string) => Parsed<M>;

/** @returns the message, or the reason why the text is none (never throws). */
export const parseControl: Parse<ControlServerMessage> = (text) => {
  const parsed = parseWith({ schema: controlServerMessageSchema, text, maxBytes: MAX_RESYNC_BYTES });
  if (parsed.ok && parsed.message.type !== "calls" && text.length > MAX_TEXT_BYTES) return tooLarge(text);
  return parsed;
};

/** @returns the message, or the reason why the text is none (never throws). */
export const parseMedia: Parse<MediaServerMessage> = (text) =>
  parseWith({ schema: mediaServerMessageSchema, text, maxBytes: MAX_TEXT_BYTES });

function parseWith<M>({ schema, text, maxBytes }: { schema: z.ZodType<M>; text: string; maxBytes: number }): Parsed<M> {
  if (text.length > maxBytes) return tooLarge(text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, reason: "not JSON" };
  }
  const result = schema.safeParse(json);
  if (result.success) return { ok: true, message: result.data };
  const issue = result.error.issues[0];
  return { ok: false, reason: `${issue?.path.join(".") || "message"}: ${issue?.message ?? "invalid"}`.slice(0, 200) };
}

function tooLarge(text: string): { ok: false; reason: string } {
  return { ok: false, reason: `a message of ${text.length} characters is too large` };
}
