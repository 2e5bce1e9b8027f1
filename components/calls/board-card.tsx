"use client";

import { memo } from "react";
import { Sparkline } from "@/components/charts/sparkline";
import { firstOf, RowSuggestion } from "@/components/coaching/row-suggestion";
import { RowListen } from "@/components/headset/row-listen";
import { Elapsed } from "@/components/realtime/elapsed";
import { cn } from "@/components/ui/cn";
import { AttentionBar, AttentionMark } from "./attention-mark";
import { CallLink, type RowProps, Topics } from "./board-row";
import { CallerNumber } from "./caller-number";
import { DirectionMark } from "./direction-tag";
import { HoldTag } from "./hold-tag";
import { ModeBadge } from "./mode-badge";
import { Mood } from "./mood";
import { SpeakerTag } from "./speaker-tag";
import { Viewers } from "./viewers";

/** One call as a card; the same facts as the row, with the last line said. */
export const BoardCard = memo(function BoardCard(props: RowProps) {
  const { row, score, reason, userId, old, busy, onApprove, onReject } = props;
  const ended = row.state === "DISCONNECTED";
  const suggestion = firstOf(row.openSuggestions);
  return (
    <article
      className={cn(
        "relative flex h-full min-w-0 flex-col gap-2.5 overflow-hidden rounded-lg border bg-card p-3.5 pl-4 transition-colors duration-100 focus-within:bg-accent/50 hover:bg-accent/50",
        (old || ended) && "grayscale",
        old && "opacity-90",
      )}
    >
      <AttentionBar score={score} ended={ended} />
      <div className="flex min-h-9 items-start justify-between gap-3">
        <AttentionMark row={row} score={score} reason={reason} />
        <span className="flex shrink-0 items-center gap-1">
          <ModeBadge {...row} />
          <RowListen row={row} className="-my-1 -mr-1" />
        </span>
      </div>
      <SpeakerTag speaker={row.speaker} />
      <div className="flex items-end justify-between gap-3">
        <div className="grid min-w-0">
          <CallLink info={row.info} />
          <span className="flex min-w-0 gap-1.5 text-muted-foreground text-xs">
            <DirectionMark direction={row.info.direction} /> <CallerNumber info={row.info} />
          </span>
        </div>
        <span className="grid shrink-0 justify-items-end">
          <HoldTag heldBy={row.heldBy} info={row.info} className="text-2xs" />
          <Elapsed
            since={row.connectedAt ?? row.info.startedAt}
            until={row.endedAt}
            className="text-13 text-muted-foreground"
          />
        </span>
      </div>
      <div className="flex items-center justify-between gap-3">
        <Mood score={row.mood} trend={row.trend} className="text-base" />
        <Sparkline scores={row.sparkline} mood={row.mood} />
      </div>
      <p className="line-clamp-2 min-h-8 text-muted-foreground text-xs leading-4">
        {row.lastLine ? `“${row.lastLine}”` : "Nothing said yet."}
      </p>
      <div className="flex min-h-5 flex-wrap items-center gap-1">
        <Topics topics={row.topics} shown={2} />
        <span className="ml-auto flex min-w-0 items-center gap-2 text-2xs text-muted-foreground">
          {row.info.simulated && <span>SIMULATED</span>}
          <Viewers viewers={row.viewers} userId={userId} />
        </span>
      </div>
      {suggestion && (
        <RowSuggestion
          className="mt-auto border-t pt-2.5"
          suggestion={suggestion}
          more={row.openSuggestions.length - 1}
          busy={busy}
          disabled={old || row.monitoring !== "monitored"}
          onApprove={() => onApprove(suggestion)}
          onReject={() => onReject(suggestion)}
        />
      )}
    </article>
  );
});
