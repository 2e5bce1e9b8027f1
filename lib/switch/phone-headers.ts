import type { IncomingHttpHeaders } from "node:http";
import { PHONE_HEADERS, type PhoneIdentity, phoneIdentitySchema } from "@/lib/contract/softphone";

/** URI-encoded, as headers carry no other letters. @returns the headers that tell the switch whose phone it is */
export function writePhoneHeaders(identity: PhoneIdentity): Record<string, string> {
  if (identity.role === "guest") return { [PHONE_HEADERS.role]: identity.role };
  const { role, extension, name, userId } = identity;
  return {
    [PHONE_HEADERS.role]: role,
    [PHONE_HEADERS.extension]: encodeURIComponent(extension),
    [PHONE_HEADERS.name]: encodeURIComponent(name),
    [PHONE_HEADERS.userId]: encodeURIComponent(userId),
  };
}

/** @returns whose phone it is; null: the headers do not say, or not in the right words. */
export function readPhoneHeaders(headers: IncomingHttpHeaders): PhoneIdentity | null {
  try {
    const read = (name: string) => decodeURIComponent(String(headers[name] ?? ""));
    const { role, extension, name, userId } = PHONE_HEADERS;
    const identity = { role: read(role), extension: read(extension), name: read(name), userId: read(userId) };
    return phoneIdentitySchema.safeParse(identity).data ?? null;
  } catch {
    return null;
  }
}
