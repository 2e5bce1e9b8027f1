import type { MomentOutcome } from "@/lib/contract/switch-control";
import { EARLY_MS, NEEDLESS_POINTS, NEEDLESS_POINTS_LIMIT, SLOWEST_LOSS } from "./constants";
import type { Intervention, MomentResult, Offered, RehearsalResult } from "./schema";

export type Rehearsed = {
  moments: readonly MomentOutcome[];
  unreached: readonly { moment: string; advice: string }[];
  /** The supervisor's own, in the order of their beginning. */
  interventions: readonly Intervention[];
  offered: readonly Offered[];
};

/**
 * What a rehearsal came to. A moment that was caught is worth `1 − 0.4 × reaction / window` (the window runs from the customer's
 * cue to the agent's answer), any other 0; those that the talk never came to do not count. An intervention that answers no moment,
 * or one that was answered before, is needless.
 *
 * score = round(100 × mean value − min(30, 5 × needless)), at least 0.
 */
export function scoreRehearsal(rehearsed: Rehearsed): RehearsalResult {
  const used = new Set<Intervention>();
  const reached = rehearsed.moments.map((moment) => judge(moment, { rehearsed, used }));
  const unreached = rehearsed.unreached.map(({ moment, advice }): MomentResult => {
    const nothing = { cueMs: null, decidedMs: null, reactionMs: null, answer: null, value: null };
    return { moment, advice, outcome: "unreached", ...nothing, offered: [] };
  });
  const needless = rehearsed.interventions.filter((intervention) => !used.has(intervention));
  const values = reached.map(({ value }) => value ?? 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const cost = Math.min(NEEDLESS_POINTS_LIMIT, NEEDLESS_POINTS * needless.length);
  const score = values.length === 0 ? null : Math.max(0, Math.round(100 * mean - cost));
  return { version: 1, score, moments: [...reached, ...unreached], needless };
}

function judge(
  outcome: MomentOutcome,
  { rehearsed, used }: { rehearsed: Rehearsed; used: Set<Intervention> },
): MomentResult {
  const { moment, advice, cueMs, decidedMs, isCoached } = outcome;
  const isWithin = ({ atMs }: { atMs: number }) => atMs >= cueMs - EARLY_MS && atMs < decidedMs;
  const answer = rehearsed.interventions.find((one) => isWithin(one) && !used.has(one)) ?? null;
  if (answer) used.add(answer);
  const reactionMs = answer && Math.max(0, answer.atMs - cueMs);
  const isCaught = isCoached && reactionMs !== null;
  const windowMs = Math.max(1, decidedMs - cueMs);
  return {
    ...{ moment, advice, cueMs, decidedMs, reactionMs, answer },
    outcome: isCaught ? "caught" : answer ? "late" : "missed",
    offered: rehearsed.offered.filter(isWithin),
    value: isCaught ? 1 - SLOWEST_LOSS * Math.min(1, reactionMs / windowMs) : 0,
  };
}
