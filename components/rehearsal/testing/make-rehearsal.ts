import { callIdSchema } from "@/lib/contract/ids";
import type { StoredRehearsal } from "@/lib/rehearsal/data";
import { type MomentResult, rehearsalIdSchema } from "@/lib/rehearsal/schema";

const START = Date.UTC(2026, 10, 20, 9);

/** One that is over, with 80 points and nothing in it. */
export function makeRehearsal(change: Partial<StoredRehearsal> = {}): StoredRehearsal {
  return {
    rehearsalId: idOf(1),
    ...{ scenarioId: "late", title: "Late parcel", callId: callIdSchema.parse("c1"), userName: "Nora", isOwn: true },
    ...{ startedAt: START, endedAt: START + 90_000, score: 80 },
    result: { version: 1, score: 80, moments: [], needless: [] },
    ...change,
  };
}

export function idOf(number: number): StoredRehearsal["rehearsalId"] {
  return rehearsalIdSchema.parse(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`);
}

/** Caught after 2.5 s of a window from 10 s to 20 s. */
export function makeMoment(change: Partial<MomentResult> = {}): MomentResult {
  return {
    ...{ moment: "sorry", advice: "Say sorry.", outcome: "caught", cueMs: 10_000, decidedMs: 20_000, reactionMs: 2500 },
    answer: { kind: "whisper", text: "Apologise now.", atMs: 12_500, endMs: 14_000 },
    ...{ offered: [], value: 0.9 },
    ...change,
  };
}
