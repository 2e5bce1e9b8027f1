import { Ban, Check, Clock, Radio, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { shortNumber } from "@/components/calls/format";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import type { HistoryRow } from "@/lib/history/types";
import { endingWords, isStillLive, snippetParts, whisperWords } from "./history-words";

/** The agent's name; its click area is the whole row or card around it, which must be `relative`. */
export function ReviewLink({ row, keyed }: { row: HistoryRow; keyed: boolean }) {
  const agent = row.agentName ?? `Extension ${row.calleeNumber}`;
  return (
    <Link
      href={`/history/${row.callId}`}
      prefetch={false}
      aria-label={`${agent} with ${row.callerName ?? shortNumber(row.callerNumber)}: open the review`}
      {...(keyed && { "data-call-link": row.callId })}
      className="truncate font-medium text-13 outline-none! after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:outline-ring focus-visible:after:-outline-offset-2"
    >
      {agent}
    </Link>
  );
}

/** How it ended; a call that goes on leads to its live page. */
export function Ending({ row }: { row: HistoryRow }) {
  if (!isStillLive(row)) return <span className="text-muted-foreground text-xs">{endingWords(row)}</span>;
  return (
    <Badge asChild variant="solid" className="relative z-10">
      <Link href={`/live/${row.callId}`} prefetch={false}>
        <Radio aria-hidden /> LIVE<span className="sr-only">: open the live call</span>
      </Link>
    </Badge>
  );
}

const whisperIcons = { spoken: Check, rejected: Ban, expired: Clock, failed: TriangleAlert } as const;

/** What came of the suggestions: counts with their words. */
export function WhisperCounts({ whispers }: Pick<HistoryRow, "whispers">) {
  const words = whisperWords(whispers);
  if (words.length === 0) {
    return (
      <span className="text-muted-foreground">
        <span aria-hidden>—</span>
        <span className="sr-only">no whispers</span>
      </span>
    );
  }
  return (
    <ul className="flex flex-wrap gap-x-2.5 gap-y-0.5 text-xs tabular-nums">
      {words.map(({ key, text }) => {
        const Icon = whisperIcons[key];
        return (
          <li
            key={key}
            className={cn(
              "inline-flex items-center gap-1 whitespace-nowrap text-muted-foreground",
              key === "spoken" && "text-whisper",
              key === "failed" && "text-danger",
            )}
          >
            <Icon aria-hidden className="size-3" /> {text}
          </li>
        );
      })}
    </ul>
  );
}

export function RowTopics({ topics }: Pick<HistoryRow, "topics">) {
  if (topics.length === 0) return null;
  return (
    <ul aria-label="Topics" className="flex flex-wrap gap-1">
      {topics.map(({ key, label }) => (
        <li key={key}>
          <Badge>{label}</Badge>
        </li>
      ))}
    </ul>
  );
}

/** Where the search words were said. */
export function Snippet({ snippet }: Pick<HistoryRow, "snippet">) {
  if (!snippet) return null;
  return (
    <p className="line-clamp-2 text-muted-foreground text-xs">
      “
      {snippetParts(snippet).map(({ key, text, marked }) =>
        marked ? (
          <mark key={key} className="rounded-xs bg-barge/30 text-foreground">
            {text}
          </mark>
        ) : (
          text
        ),
      )}
      ”
    </p>
  );
}
