import { actorName } from "@/lib/contract/actor-name";
import type { AlertSeverity } from "@/lib/contract/alert";
import type { BoardRow } from "@/lib/contract/board";
import type { CallView, Presence } from "@/lib/contract/call-view";
import { isOpen, type Urgency } from "@/lib/contract/coaching";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import { openSpeaking } from "@/lib/contract/speaking";

const SEVERITY: Record<AlertSeverity, number> = { danger: 0, warning: 1, info: 2 };
const URGENCY: Record<Urgency, number> = { urgent: 0, normal: 1, low: 2 };

/** The row of the live board for a call: active alerts and open suggestions first by weight, then newest first. */
export function toBoardRow(
  view: CallView,
  { viewers, lastLookedAt }: { viewers: Presence[]; lastLookedAt: number | null },
): BoardRow {
  const caller = lastOfCaller(view.sentiment, 12);
  const last = caller.at(-1);
  const alerts = view.alerts
    .filter((alert) => alert.active)
    .sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity] || b.raisedAt - a.raisedAt);
  const open = view.suggestions
    .filter((suggestion) => isOpen(suggestion.state))
    .sort((a, b) => URGENCY[a.urgency] - URGENCY[b.urgency] || b.proposedAt - a.proposedAt);
  const { info, state, monitoring, ringing, heldBy, mode, pendingMode, connectedAt, endedAt, transcription } = view;
  return {
    ...{
      info,
      state,
      monitoring,
      ringing,
      heldBy,
      mode,
      pendingMode,
      connectedAt,
      endedAt,
      transcription,
      lastLookedAt,
    },
    mood: last?.rolling ?? null,
    trend: last?.trend ?? null,
    sparkline: caller.map((point) => point.score),
    topics: newestTopics(view.topics),
    alerts: alerts.slice(0, 5),
    openSuggestions: open.slice(0, 5),
    viewers: viewers.slice(0, 20),
    speaker: speakerOf(view),
    helpAskedAt: view.helpAskedAt,
    lastLine: view.utterances.findLast((line) => line.final)?.text.slice(0, 300) ?? null,
  };
}

/** @returns who has an open microphone into the call. */
export function speakerOf(view: Pick<CallView, "speakings">): BoardRow["speaker"] {
  const open = openSpeaking(view);
  return open ? { name: actorName(open.by), mode: open.mode } : null;
}

/** From the end, for the list may be long and boards ask often. */
function lastOfCaller(points: SentimentPoint[], count: number): SentimentPoint[] {
  const found: SentimentPoint[] = [];
  for (let at = points.length - 1; at >= 0 && found.length < count; at -= 1) {
    const point = points[at];
    if (point?.party === "caller") found.unshift(point);
  }
  return found;
}

function newestTopics(mentions: CallView["topics"]): BoardRow["topics"] {
  const labels = new Map<string, string>();
  for (let at = mentions.length - 1; at >= 0 && labels.size < 4; at -= 1) {
    const mention = mentions[at];
    if (mention && !labels.has(mention.key)) labels.set(mention.key, mention.label);
  }
  return [...labels].map(([key, label]) => ({ key, label }));
}
