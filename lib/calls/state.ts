import type { CallState } from "@/lib/contract/call";

/** What the telephone system says about a call (call-control.md §2, Telcoflow SDK 0.24). */
export type CallFact =
  | "incoming"
  | "answered"
  | "answer-failed"
  | "connected"
  | "connect-failed"
  | "mode-changed"
  | "closed"
  | "disconnected"
  | "terminated";

export type Transition = { ok: true; state: CallState } | { ok: false; reason: string };

/** One line per state, in the order of the table; what is not here is refused. */
const TABLE: Record<CallState | "START", Partial<Record<CallFact, CallState>>> = {
  START: { incoming: "PENDING" },
  PENDING: {
    answered: "ANSWERED",
    "answer-failed": "PENDING",
    connected: "CONNECTED",
    "connect-failed": "PENDING",
    terminated: "DISCONNECTED",
  },
  ANSWERED: {
    connected: "CONNECTED",
    "connect-failed": "ANSWERED",
    closed: "DISCONNECTED",
    disconnected: "DISCONNECTED",
    terminated: "DISCONNECTED",
  },
  CONNECTED: {
    "mode-changed": "CONNECTED",
    closed: "DISCONNECTED",
    disconnected: "DISCONNECTED",
    terminated: "DISCONNECTED",
  },
  DISCONNECTED: { terminated: "DISCONNECTED" },
};

/** The next state. Pure. `from` null: before the call is known. */
export function transition({ from, fact }: { from: CallState | null; fact: CallFact }): Transition {
  const state = TABLE[from ?? "START"][fact];
  if (state) return { ok: true, state };
  return { ok: false, reason: `${fact} is not possible in ${from ?? "a call that has not come in"}` };
}
