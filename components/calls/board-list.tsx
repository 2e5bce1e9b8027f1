"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef } from "react";
import { cn } from "@/components/ui/cn";
import type { BoardEntry, BoardSort } from "./board-order";
import { BoardListRow, ROW_HEIGHT, type RowProps, rowGrid } from "./board-row";
import type { SortColumn } from "./board-url";
import { useMainVirtualizer } from "./use-main-virtualizer";

type Column = { id: string; label: string; sort: SortColumn | null; className?: string };

const columns: Column[] = [
  { id: "attention", label: "Attention", sort: "attention" },
  { id: "agent", label: "Agent ⇄ other party", sort: "agent" },
  { id: "duration", label: "Time", sort: "duration", className: "justify-end" },
  { id: "mood", label: "Mood", sort: "mood" },
  { id: "topics", label: "Topics", sort: null, className: "max-xl:hidden" },
  { id: "suggestions", label: "Suggestions", sort: "suggestions" },
  { id: "mode", label: "Mode", sort: "mode" },
  { id: "listen", label: "Hear", sort: null, className: "justify-end" },
];

export type BoardItemsProps = Omit<RowProps, "row" | "score" | "reason" | "busy"> & {
  entries: BoardEntry[];
  busy: ReadonlySet<string>;
};

/** The board as a table of fixed rows; only those in view are in the page. */
export function BoardList({
  sort,
  onSort,
  ...items
}: BoardItemsProps & { sort: BoardSort; onSort: (sort: BoardSort) => void }) {
  return (
    <table
      aria-label="Live calls"
      aria-rowcount={items.entries.length + 1}
      className="block overflow-clip rounded-lg border border-b-0"
    >
      <thead className="sticky top-0 z-20 block">
        <tr aria-rowindex={1} className={cn(rowGrid, "h-9 border-b bg-muted")}>
          {columns.map((column) => (
            <ColumnHeader key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <Rows {...items} />
    </table>
  );
}

function Rows({ entries, busy, ...props }: BoardItemsProps) {
  const listRef = useRef<HTMLTableSectionElement>(null);
  const keyOf = (index: number) => entries[index]?.row.info.callId ?? String(index);
  const { virtualizer, margin } = useMainVirtualizer({ listRef, count: entries.length, estimate: ROW_HEIGHT, keyOf });
  return (
    <tbody ref={listRef} className="relative block" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map((item) => {
        const entry = entries[item.index];
        if (!entry) return null;
        const place = { index: item.index + 2, top: item.start - margin };
        return <BoardListRow key={item.key} {...props} {...place} {...shown(entry)} busy={isBusy(entry, busy)} />;
      })}
    </tbody>
  );
}

/** Only plain values go down, so that a row whose data did not change does not render again. */
export function shown({ row, attention }: BoardEntry) {
  return { row, score: attention.score, reason: attention.reasons[0]?.label ?? null };
}

export function isBusy({ row }: BoardEntry, busy: ReadonlySet<string>): boolean {
  return row.openSuggestions.some((suggestion) => busy.has(suggestion.suggestionId));
}

function ColumnHeader({
  column: { label, sort: by, className },
  sort,
  onSort,
}: {
  column: Column;
  sort: BoardSort;
  onSort: (sort: BoardSort) => void;
}) {
  const style = cn("flex min-w-0 items-center text-left font-normal text-muted-foreground text-xs", className);
  if (by === null) {
    return (
      <th scope="col" className={style}>
        {label}
      </th>
    );
  }
  const current = sort.by === by;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  // Text columns read best from A; figures from the largest; mood from the worst.
  const first = by !== "agent" && by !== "mood" && by !== "mode";
  return (
    <th scope="col" aria-sort={current ? (sort.descending ? "descending" : "ascending") : "none"} className={style}>
      <button
        type="button"
        className={cn(
          "flex h-7 items-center gap-1 rounded-sm hover:text-foreground",
          current && "font-medium text-foreground",
        )}
        onClick={() => onSort({ by, descending: current ? !sort.descending : first })}
      >
        {label}
        {current && <Arrow className="size-3" aria-hidden />}
      </button>
    </th>
  );
}
