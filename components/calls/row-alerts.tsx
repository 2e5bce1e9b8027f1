import Link from "next/link";
import { severityLooks } from "@/components/analysis/severity-look";
import { cn } from "@/components/ui/cn";
import type { Alert } from "@/lib/contract/alert";
import type { CallId } from "@/lib/contract/ids";

/** @returns the active alerts, heaviest first, then newest first. */
export function activeAlerts(alerts: Alert[]): Alert[] {
  return alerts
    .filter((alert) => alert.active)
    .sort((a, b) => severityLooks[a.severity].rank - severityLooks[b.severity].rank || b.raisedAt - a.raisedAt);
}

/**
 * The heaviest alert of a call and how many more there are, in one line of text, so that a row keeps its height. It lies above
 * the click area of the row for its title's sake, and so is itself a way into the call.
 * @param alerts active ones, heaviest first
 */
export function RowAlerts({ callId, alerts }: { callId: CallId; alerts: Alert[] }) {
  const [first, ...others] = alerts;
  if (!first) return null;
  const { icon: Icon, text, word } = severityLooks[first.severity];
  return (
    <Link
      href={`/live/${callId}`}
      tabIndex={-1}
      title={alerts.map(inFull).join("\n")}
      className="relative z-10 flex w-fit min-w-0 max-w-full items-center gap-1 text-2xs"
    >
      <Icon className={cn("size-3 shrink-0", text)} aria-hidden />
      <span className="sr-only">{word}:</span>
      <span className={cn("truncate font-medium", text)}>{first.label}</span>
      {others.length > 0 && (
        <span className="shrink-0 text-muted-foreground tabular-nums">
          +{others.length}
          <span className="sr-only"> more alerts</span>
        </span>
      )}
    </Link>
  );
}

function inFull({ severity, label, detail }: Alert): string {
  return [`${severityLooks[severity].word}: ${label}`, detail].filter(Boolean).join(". ");
}
