import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { CallTimeline } from "@/components/calls/call-timeline";
import { formatPosition } from "@/components/calls/format";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { actorName } from "@/lib/contract/actor-name";
import type { Alert, AlertSeverity } from "@/lib/contract/alert";
import type { CallView } from "@/lib/contract/call-view";
import type { UtteranceId } from "@/lib/contract/ids";
import { interventionLines } from "./intervention-lines";
import { LocalTime } from "./local-time";
import { positionOf } from "./recording-position";
import { ReviewSection } from "./review-section";

/** Interventions, alerts and notes of a stored call. */
export function ReviewMore({ view, onShow }: { view: CallView; onShow: (id: UtteranceId) => void }) {
  const lines = interventionLines(view);
  return (
    <>
      <ReviewSection title="Interventions" amount={lines.length}>
        {lines.length === 0 ? (
          <p className="text-13 text-muted-foreground">
            Nobody intervened: no mode was set, nobody spoke and nothing was whispered.
          </p>
        ) : (
          <CallTimeline lines={lines} audioStartedAt={view.audioStartedAt} />
        )}
      </ReviewSection>
      <ReviewSection title="Alerts" amount={view.alerts.length}>
        {view.alerts.length === 0 ? (
          <p className="text-13 text-muted-foreground">No alert was raised.</p>
        ) : (
          <ul className="grid gap-2">
            {view.alerts.map((alert) => (
              <AlertLine key={alert.alertId} alert={alert} audioStartedAt={view.audioStartedAt} onShow={onShow} />
            ))}
          </ul>
        )}
      </ReviewSection>
      <ReviewSection title="Notes" amount={view.notes.length}>
        {view.notes.length === 0 ? (
          <p className="text-13 text-muted-foreground">No notes. They are written on the call's live page.</p>
        ) : (
          <ul className="grid gap-2.5">
            {view.notes.map((note) => (
              <li key={note.noteId} className="grid text-13">
                <span className="flex flex-wrap gap-x-1.5 text-2xs text-muted-foreground">
                  {actorName(note.author)} <LocalTime at={note.at} />
                </span>
                <span className="whitespace-pre-wrap">{note.text}</span>
              </li>
            ))}
          </ul>
        )}
      </ReviewSection>
    </>
  );
}

const looks: Record<AlertSeverity, { icon: typeof Info; text: string; word: string }> = {
  danger: { icon: CircleAlert, text: "text-danger", word: "Danger" },
  warning: { icon: TriangleAlert, text: "text-barge", word: "Warning" },
  info: { icon: Info, text: "text-spy", word: "Information" },
};

function AlertLine({
  alert,
  audioStartedAt,
  onShow,
}: {
  alert: Alert;
  audioStartedAt: number | null;
  onShow: (id: UtteranceId) => void;
}) {
  const { icon: Icon, text, word } = looks[alert.severity];
  const atMs = positionOf({ at: alert.raisedAt, audioStartedAt });
  const { utteranceId } = alert;
  return (
    <li className="flex items-center gap-2.5 text-13">
      <span className="w-11 shrink-0 text-muted-foreground text-xs tabular-nums">
        {atMs === null ? "" : formatPosition(atMs)}
      </span>
      <Icon aria-hidden className={cn("size-4 shrink-0", text)} />
      <span className="sr-only">{word}:</span>
      <p className="min-w-0 flex-1">
        <span className="font-medium">{alert.label}</span>{" "}
        <span className="text-muted-foreground text-xs">{alert.detail}</span>
      </p>
      {alert.markedWrong && <Badge variant="outline">Marked wrong</Badge>}
      {utteranceId && (
        <Button size="sm" variant="ghost" aria-label={`Show where: ${alert.label}`} onClick={() => onShow(utteranceId)}>
          Show
        </Button>
      )}
    </li>
  );
}
