import { describe, expect, it } from "vitest";
import type { CallState } from "@/lib/contract/call";
import { type CallFact, transition } from "./state";

/** Every row of the state table (call-control.md §2); `null` is the start. */
const ROWS: [from: CallState | null, fact: CallFact, to: CallState][] = [
  [null, "incoming", "PENDING"],
  ["PENDING", "answered", "ANSWERED"],
  ["PENDING", "answer-failed", "PENDING"],
  ["PENDING", "connected", "CONNECTED"],
  ["PENDING", "connect-failed", "PENDING"],
  ["ANSWERED", "connected", "CONNECTED"],
  ["ANSWERED", "connect-failed", "ANSWERED"],
  ["ANSWERED", "closed", "DISCONNECTED"],
  ["ANSWERED", "disconnected", "DISCONNECTED"],
  ["CONNECTED", "mode-changed", "CONNECTED"],
  ["CONNECTED", "closed", "DISCONNECTED"],
  ["CONNECTED", "disconnected", "DISCONNECTED"],
  ["PENDING", "terminated", "DISCONNECTED"],
  ["ANSWERED", "terminated", "DISCONNECTED"],
  ["CONNECTED", "terminated", "DISCONNECTED"],
  ["DISCONNECTED", "terminated", "DISCONNECTED"],
];

const STATES: (CallState | null)[] = [null, "PENDING", "ANSWERED", "CONNECTED", "DISCONNECTED"];
const FACTS: CallFact[] = [
  "incoming",
  "answered",
  "answer-failed",
  "connected",
  "connect-failed",
  "mode-changed",
  "closed",
  "disconnected",
  "terminated",
];

describe("the state table", () => {
  it.each(ROWS)("%s, %s → %s", (from, fact, to) => {
    expect(transition({ from, fact })).toEqual({ ok: true, state: to });
  });

  const illegal = STATES.flatMap((from) => FACTS.map((fact) => [from, fact] as const)).filter(
    ([from, fact]) => !ROWS.some((row) => row[0] === from && row[1] === fact),
  );

  it("has 16 rows and 29 refusals", () => {
    expect([ROWS.length, illegal.length]).toEqual([16, 29]);
  });

  it.each(illegal)("%s, %s is refused, with a reason that names both", (from, fact) => {
    const result = transition({ from, fact });
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).toContain(fact);
    expect(JSON.stringify(result)).toContain(from ?? "has not come in");
  });
});
