"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { Direction } from "@/lib/contract/call";
import { otherParty, type PartyNames } from "./words";

const CallDirection = createContext<Direction>("inbound");

/** Around everything that is said of one call. */
export function OtherPartyProvider({ direction, children }: { direction: Direction; children: ReactNode }) {
  return <CallDirection value={direction}>{children}</CallDirection>;
}

/** What the party "caller" of this call is called. */
export function useOtherParty(): PartyNames {
  return otherParty[useContext(CallDirection)];
}
