import { CircleAlert, CircleCheck, Eye, PhoneOff } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { BoardRow } from "@/lib/contract/board";
import { type AttentionLevel, attentionLevel } from "./board-order";
import { HelpTag } from "./help-tag";
import { activeAlerts, RowAlerts } from "./row-alerts";

const looks: Record<AttentionLevel, { word: string; icon: typeof Eye; text: string; bar: string }> = {
  act: { word: "Act now", icon: CircleAlert, text: "text-danger", bar: "bg-danger" },
  look: { word: "Look", icon: Eye, text: "text-barge", bar: "bg-barge" },
  fine: { word: "Fine", icon: CircleCheck, text: "text-whisper", bar: "bg-transparent" },
};

/** Coloured edge of a row or card; the word stands beside it in AttentionMark. */
export function AttentionBar({ score, ended }: { score: number; ended: boolean }) {
  const bar = ended ? "bg-transparent" : looks[attentionLevel(score)].bar;
  return <span aria-hidden className={cn("absolute inset-y-0 left-0 w-0.75", bar)} />;
}

/** The word, and under it a call for help and the alerts of the call; where there are none, what else weighs most. */
export function AttentionMark({ row, score, reason }: { row: BoardRow; score: number; reason: string | null }) {
  const { word, icon: Icon, text } = looks[attentionLevel(score)];
  const alerts = activeAlerts(row.alerts);
  if (row.state === "DISCONNECTED") {
    return (
      <span className="flex items-center gap-1.5 font-medium text-idle text-xs">
        <PhoneOff className="size-3.5" aria-hidden /> Ended
      </span>
    );
  }
  return (
    <span className="grid min-w-0">
      <span className={cn("flex items-center gap-1.5 font-medium text-xs", text)}>
        <Icon className="size-3.5 shrink-0" aria-hidden /> {word}
      </span>
      <HelpTag askedAt={row.helpAskedAt} />
      <RowAlerts callId={row.info.callId} alerts={alerts} />
      {reason && alerts.length === 0 && row.helpAskedAt === null && (
        <span className="truncate text-2xs text-muted-foreground" title={reason}>
          {reason}
        </span>
      )}
    </span>
  );
}
