"use client";

import { useConnection, useNow } from "@/lib/realtime/client";
import { isOld } from "./connection-words";

/** Whether what the screen shows can no longer be taken for now: no connection, or nothing new for some seconds. */
export function useOld(): boolean {
  const { state, dataAt } = useConnection();
  const now = useNow(1000);
  return isOld({ state, ageMs: dataAt === null ? null : now - dataAt });
}
