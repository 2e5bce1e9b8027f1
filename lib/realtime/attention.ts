import { AGENT_HELP_RULE } from "@/lib/contract/alert";
import type { BoardRow } from "@/lib/contract/board";
import { isLive } from "@/lib/contract/call";

export type AttentionReason = {
  kind: "help" | "alert" | "suggestion" | "mood" | "trend" | "unwatched" | "unheard";
  /** For people. */
  label: string;
  /** What it adds to the score. */
  points: number;
};

/** `score` 0 (fine) … 100 (go there now); `reasons` heaviest first. */
export type Attention = { score: number; reasons: AttentionReason[] };

/** From here on a call counts as one that needs attention. */
export const NEEDS_ATTENTION = 35;

const HELP_POINTS = 100;
const ALERT_POINTS = { danger: 35, warning: 18, info: 5 } as const;
const SUGGESTION_POINTS = { urgent: 25, normal: 12, low: 5 } as const;
const MINUTE_MS = 60_000;

/**
 * How much a call needs a supervisor. 100 where its agent asks for help, and nowhere else: that call is above all others.
 * Otherwise the sum, cut at 99, of:
 * - alert: the heaviest active alert (danger 35, warning 18, info 5), and 4 for each further one, at most 12 more;
 * - suggestion: the most urgent open one (urgent 25, normal 12, low 5), and 3 for each further one, at most 9 more;
 * - mood: 40 × −mood for a negative rolling customer sentiment (−1 … 0);
 * - trend: 10 while it falls, −5 while it rises and the mood is negative (help is working);
 * - unwatched: only on top of other points, nobody there and nobody for `m` minutes (since the call began, if ever): 2 × m, at most 10;
 * - unheard: 15 where the gateway is lost, for nobody would notice.
 * A call that has ended, or that we left on purpose, needs nobody.
 * @param nowMs server clock, milliseconds since the epoch
 */
export function attentionOf(row: BoardRow, nowMs: number): Attention {
  if (!isLive(row.state) || row.monitoring === "left") return { score: 0, reasons: [] };
  const reasons = [
    helpReason(row),
    alertReason(row),
    suggestionReason(row),
    moodReason(row),
    trendReason(row),
    unheardReason(row),
  ].filter((reason) => reason !== null);
  const unwatched = unwatchedReason(row, nowMs);
  if (reasons.length > 0 && unwatched) reasons.push(unwatched);
  const sum = reasons.reduce((total, reason) => total + reason.points, 0);
  const isHelpAsked = reasons.some(({ kind }) => kind === "help");
  return {
    score: isHelpAsked ? HELP_POINTS : Math.round(Math.min(HELP_POINTS - 1, Math.max(0, sum))),
    reasons: reasons.sort((a, b) => b.points - a.points),
  };
}

function helpReason({ alerts }: BoardRow): AttentionReason | null {
  const asked = alerts.find(({ rule }) => rule === AGENT_HELP_RULE);
  return asked ? { kind: "help", label: asked.label, points: HELP_POINTS } : null;
}

function alertReason({ alerts }: BoardRow): AttentionReason | null {
  const [first, ...others] = alerts
    .filter(({ rule }) => rule !== AGENT_HELP_RULE)
    .sort((a, b) => ALERT_POINTS[b.severity] - ALERT_POINTS[a.severity]);
  if (!first) return null;
  return { kind: "alert", label: first.label, points: ALERT_POINTS[first.severity] + Math.min(12, others.length * 4) };
}

function suggestionReason({ openSuggestions }: BoardRow): AttentionReason | null {
  const [first, ...others] = [...openSuggestions].sort(
    (a, b) => SUGGESTION_POINTS[b.urgency] - SUGGESTION_POINTS[a.urgency],
  );
  if (!first) return null;
  const count = openSuggestions.length;
  return {
    kind: "suggestion",
    label: count === 1 ? `Suggestion: ${first.ruleLabel}` : `${count} open suggestions`,
    points: SUGGESTION_POINTS[first.urgency] + Math.min(9, others.length * 3),
  };
}

function moodReason({ mood }: BoardRow): AttentionReason | null {
  if (mood === null || mood >= 0) return null;
  return { kind: "mood", label: `Customer mood ${mood.toFixed(2).replace("-", "−")}`, points: Math.round(-40 * mood) };
}

function trendReason({ mood, trend }: BoardRow): AttentionReason | null {
  if (trend === "falling") return { kind: "trend", label: "Mood is falling", points: 10 };
  if (trend === "rising" && mood !== null && mood < 0) return { kind: "trend", label: "Mood is rising", points: -5 };
  return null;
}

function unwatchedReason(row: BoardRow, nowMs: number): AttentionReason | null {
  if (row.viewers.length > 0) return null;
  const minutes = Math.floor((nowMs - (row.lastLookedAt ?? row.info.startedAt)) / MINUTE_MS);
  if (minutes < 1) return null;
  const label = row.lastLookedAt === null ? "Nobody has looked yet" : `Nobody has looked for ${minutes} min`;
  return { kind: "unwatched", label, points: Math.min(10, 2 * minutes) };
}

function unheardReason({ monitoring }: BoardRow): AttentionReason | null {
  return monitoring === "lost" ? { kind: "unheard", label: "Connection to the gateway lost", points: 15 } : null;
}
