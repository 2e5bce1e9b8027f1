import { type CallState, isLive, type Monitoring } from "@/lib/contract/call";

/** @returns whether there is sound to be had of a call: it is live, and we are on it. */
export function canHear({ state, monitoring }: { state: CallState; monitoring: Monitoring }): boolean {
  return isLive(state) && state !== "PENDING" && monitoring === "monitored";
}
