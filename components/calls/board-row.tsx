"use client";

import Link from "next/link";
import { memo } from "react";
import { Sparkline } from "@/components/charts/sparkline";
import { firstOf, RowSuggestion } from "@/components/coaching/row-suggestion";
import { RowListen } from "@/components/headset/row-listen";
import { Elapsed } from "@/components/realtime/elapsed";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import type { BoardRow as Row } from "@/lib/contract/board";
import type { Suggestion } from "@/lib/contract/coaching";
import { AttentionBar, AttentionMark } from "./attention-mark";
import { CallerNumber } from "./caller-number";
import { DirectionMark } from "./direction-tag";
import { HoldTag } from "./hold-tag";
import { ModeBadge } from "./mode-badge";
import { Mood } from "./mood";
import { SpeakerTag } from "./speaker-tag";
import { Viewers } from "./viewers";
import { stateWord } from "./words";

export type RowProps = {
  row: Row;
  score: number;
  reason: string | null;
  userId: string;
  /** What is shown is old: nothing can be decided on it. */
  old: boolean;
  busy: boolean;
  onApprove: (suggestion: Suggestion) => void;
  onReject: (suggestion: Suggestion) => void;
};
/** Where the row stands: its number in the whole table, and how far down, pixels. */
type Place = { index: number; top: number };

export const ROW_HEIGHT = 64;
/** Columns of the list, shared with its header. */
export const rowGrid =
  "grid grid-cols-[8.5rem_minmax(7.5rem,1fr)_3.5rem_4.5rem_minmax(11rem,1.6fr)_7.5rem_2rem] items-center gap-x-3 pr-3 pl-4 xl:grid-cols-[8.5rem_minmax(8.5rem,1fr)_3.5rem_8.75rem_minmax(6rem,.7fr)_minmax(13rem,1.6fr)_8.5rem_2rem] 2xl:gap-x-5";

/** One call as a row: attention, people, time, mood, topics, suggestion, mode. Opens on click or Enter anywhere outside its buttons. */
export const BoardListRow = memo(function BoardListRow(props: RowProps & Place) {
  const { row, score, reason, userId, old, busy, index, top, onApprove, onReject } = props;
  const ended = row.state === "DISCONNECTED";
  const suggestion = firstOf(row.openSuggestions);
  return (
    <tr
      aria-rowindex={index}
      style={{ transform: `translateY(${top}px)` }}
      className={cn(
        rowGrid,
        "absolute inset-x-0 top-0 h-16 border-b bg-card transition-colors duration-100 focus-within:bg-accent/60 hover:bg-accent/60",
        (old || ended) && "grayscale",
        old && "opacity-90",
      )}
    >
      <td className="min-w-0">
        <AttentionBar score={score} ended={ended} />
        <AttentionMark row={row} score={score} reason={reason} />
      </td>
      <td className="grid min-w-0">
        <CallLink info={row.info} />
        <span className="flex min-w-0 items-center gap-1.5 text-muted-foreground text-xs">
          <DirectionMark direction={row.info.direction} />
          <CallerNumber info={row.info} />
        </span>
      </td>
      <td className="grid text-right">
        <Elapsed since={row.connectedAt ?? row.info.startedAt} until={row.endedAt} className="text-13" />
        {row.state !== "CONNECTED" && !ended && (
          <span className="text-2xs text-muted-foreground">{stateWord(row)}</span>
        )}
        <HoldTag heldBy={row.heldBy} info={row.info} className="justify-self-end text-2xs" />
      </td>
      <td className="flex items-center justify-end gap-2">
        <Mood score={row.mood} trend={row.trend} className="text-13" />
        <span className="max-xl:hidden">
          <Sparkline scores={row.sparkline} mood={row.mood} />
        </span>
      </td>
      <td className="hidden min-w-0 gap-1 overflow-hidden xl:flex">
        <Topics topics={row.topics} shown={1} />
      </td>
      <td className="min-w-0">
        {suggestion && (
          <RowSuggestion
            suggestion={suggestion}
            more={row.openSuggestions.length - 1}
            busy={busy}
            disabled={old || row.monitoring !== "monitored"}
            onApprove={() => onApprove(suggestion)}
            onReject={() => onReject(suggestion)}
          />
        )}
      </td>
      <td className="grid min-w-0 justify-items-start gap-0.5 overflow-hidden">
        <ModeBadge {...row} />
        <SpeakerTag speaker={row.speaker} />
        <span className="flex max-w-full items-center gap-1.5 text-2xs text-muted-foreground">
          {row.info.simulated && <span>SIMULATED</span>}
          <Viewers viewers={row.viewers} userId={userId} />
        </span>
      </td>
      <td className="justify-self-end">
        <RowListen row={row} />
      </td>
    </tr>
  );
});

/** The agent's name; its click area is the whole row or card around it. */
export function CallLink({ info }: { info: Row["info"] }) {
  return (
    <Link
      href={`/live/${info.callId}`}
      data-call-link={info.callId}
      className="truncate font-medium text-13 outline-none! after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:outline-ring focus-visible:after:-outline-offset-2"
    >
      {info.agentName ?? `Extension ${info.calleeNumber}`}
    </Link>
  );
}

/** The first `shown` of a call's topics by name, the others by number. */
export function Topics({ topics, shown }: { topics: Row["topics"]; shown: number }) {
  const more = topics.slice(shown);
  return (
    <>
      {topics.slice(0, shown).map((topic) => (
        <Badge key={topic.key} className="min-w-0 shrink" title={topic.label}>
          <span className="truncate">{topic.label}</span>
        </Badge>
      ))}
      {more.length > 0 && (
        <Badge title={more.map((topic) => topic.label).join(", ")}>
          +{more.length} <span className="sr-only">more topics</span>
        </Badge>
      )}
    </>
  );
}
