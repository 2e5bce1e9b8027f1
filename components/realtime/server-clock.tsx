"use client";

import { createContext, type ReactNode, useContext } from "react";
import { useConnection, useNow } from "@/lib/realtime/client";

const ClockOffset = createContext(0);

/** Tells how far the server's clock is from this one; apart from useConnection, because it changes seldom and rows ask for it. */
export function ServerClockProvider({ children }: { children: ReactNode }) {
  const { clockOffsetMs } = useConnection();
  return <ClockOffset value={clockOffsetMs}>{children}</ClockOffset>;
}

/** Server epoch milliseconds, renewed every `intervalMs`: what `proposedAt`, `expiresAt` and the like are compared with. */
export function useServerNow(intervalMs: number): number {
  const offset = useContext(ClockOffset);
  return useNow(intervalMs) + offset;
}
