import { CallerNumber } from "@/components/calls/caller-number";
import { DirectionMark, DirectionTag } from "@/components/calls/direction-tag";
import { formatDuration } from "@/components/calls/format";
import { Mood } from "@/components/calls/mood";
import { SimulatedTag } from "@/components/calls/simulated-tag";
import { Sparkline } from "@/components/charts/sparkline";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { HistoryRow } from "@/lib/history/types";
import { Ending, ReviewLink, RowTopics, Snippet, WhisperCounts } from "./history-cells";
import { LocalTime } from "./local-time";

/** The calls as a table, newest first; on a narrow screen as cards. */
export function HistoryTable({ rows }: { rows: HistoryRow[] }) {
  return (
    <>
      <div className="overflow-hidden rounded-lg border bg-card max-lg:hidden">
        <Table>
          <caption className="sr-only">Calls</caption>
          <TableHeader className="bg-muted">
            <TableRow className="hover:bg-transparent">
              <TableHead scope="col">Time</TableHead>
              <TableHead scope="col">Agent</TableHead>
              <TableHead scope="col">With</TableHead>
              <TableHead scope="col">Team</TableHead>
              <TableHead scope="col" className="text-right">
                Duration
              </TableHead>
              <TableHead scope="col">Mood at end</TableHead>
              <TableHead scope="col">Topics</TableHead>
              <TableHead scope="col">Whispers</TableHead>
              <TableHead scope="col">Ended</TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {rows.map((row) => (
              <CallRow key={row.callId} row={row} />
            ))}
          </TableBody>
        </Table>
      </div>
      <ul aria-label="Calls" className="grid gap-2.5 sm:grid-cols-2 lg:hidden">
        {rows.map((row) => (
          <li key={row.callId}>
            <CallCard row={row} />
          </li>
        ))}
      </ul>
    </>
  );
}

function CallRow({ row }: { row: HistoryRow }) {
  return (
    <TableRow className="relative align-top focus-within:bg-muted/60 [&>td]:align-top">
      <TableCell>
        <LocalTime at={row.startedAt} className="text-xs leading-5" />
      </TableCell>
      <TableCell className="max-w-44">
        <div className="grid justify-items-start gap-1">
          <ReviewLink row={row} keyed />
          {row.simulated && <SimulatedTag />}
        </div>
      </TableCell>
      <TableCell className="max-w-48">
        <div className="grid justify-items-start gap-1">
          <CallerNumber info={row} className="max-w-full" />
          <DirectionTag direction={row.direction} />
        </div>
      </TableCell>
      <TableCell className="max-w-36 truncate text-muted-foreground">{row.teamName ?? "No team"}</TableCell>
      <TableCell className="text-right tabular-nums">
        <Duration row={row} />
      </TableCell>
      <TableCell>
        <span className="flex items-center gap-2">
          <Mood score={row.mood} trend={null} className="min-w-14" />
          <Sparkline scores={row.sparkline} mood={row.mood} />
        </span>
      </TableCell>
      <TableCell className="min-w-40">
        <div className="grid max-w-96 gap-1">
          <RowTopics topics={row.topics} />
          <Snippet snippet={row.snippet} />
        </div>
      </TableCell>
      <TableCell className="max-w-44">
        <WhisperCounts whispers={row.whispers} />
      </TableCell>
      <TableCell className="max-w-40">
        <Ending row={row} />
      </TableCell>
    </TableRow>
  );
}

function CallCard({ row }: { row: HistoryRow }) {
  return (
    <article className="relative grid h-full content-start gap-2 rounded-lg border bg-card p-3.5 transition-colors duration-100 focus-within:bg-accent/50 hover:bg-accent/50">
      <div className="flex items-center justify-between gap-3 text-muted-foreground text-xs">
        <LocalTime at={row.startedAt} />
        <span className="flex gap-1.5">
          {row.simulated && <SimulatedTag />}
          <Duration row={row} />
        </span>
      </div>
      <div className="flex items-end justify-between gap-3">
        <div className="grid min-w-0">
          <ReviewLink row={row} keyed={false} />
          <span className="flex min-w-0 items-center gap-1.5 text-muted-foreground text-xs">
            {row.direction !== "inbound" && <DirectionMark direction={row.direction} />}
            <CallerNumber info={row} />
          </span>
        </div>
        <span className="flex shrink-0 items-center gap-2">
          <Mood score={row.mood} trend={null} />
          <Sparkline scores={row.sparkline} mood={row.mood} />
        </span>
      </div>
      <RowTopics topics={row.topics} />
      <Snippet snippet={row.snippet} />
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <WhisperCounts whispers={row.whispers} />
        <Ending row={row} />
      </div>
    </article>
  );
}

function Duration({ row: { durationMs } }: { row: HistoryRow }) {
  if (durationMs !== null) return <span className="tabular-nums">{formatDuration(durationMs)}</span>;
  return (
    <span className="text-muted-foreground">
      <span aria-hidden>—</span>
      <span className="sr-only">not known</span>
    </span>
  );
}
