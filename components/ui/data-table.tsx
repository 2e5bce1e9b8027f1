"use client";

import {
  columnFilteringFeature,
  constructSortFn,
  createColumnHelper,
  createFilteredRowModel,
  createSortedRowModel,
  FlexRender,
  globalFilteringFeature,
  type Header,
  type HeaderGroup,
  type Row,
  type RowData,
  rowSortingFeature,
  type SortDirection,
  type TableOptions,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Table, TableBody, TableCaption, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { NoMatch, TextFilter } from "@/components/ui/text-filter";

/** As people order words: without regard to case, "Line 9" before "Line 10". */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const byWords = constructSortFn({ sort: (a, b) => collator.compare(String(a), String(b)) });

const columnMeta: { className?: string; align?: "right" } = {};

const features = tableFeatures({
  rowSortingFeature,
  columnFilteringFeature,
  globalFilteringFeature,
  sortedRowModel: createSortedRowModel(),
  filteredRowModel: createFilteredRowModel(),
  // The two that TanStack picks for columns of strings; numbers are compared as numbers.
  sortFns: { text: byWords, alphanumeric: byWords },
  columnMeta,
});
type Features = typeof features;

/** Typed columns for `DataTable`. Make them outside the component: new columns mount all cells anew. */
export function columnsFor<T extends RowData>() {
  return createColumnHelper<Features, T>();
}

export type DataTableProps<T extends RowData> = {
  rows: readonly T[];
  /** From `columnsFor`. A column is sorted and filtered by the words its accessor gives, so give those that are shown. */
  columns: TableOptions<Features, T>["columns"];
  rowId: (row: T) => string;
  /** What the table lists, for screen readers. */
  caption: string;
  /** Instead of the table, when there are no rows at all. */
  empty?: ReactNode;
  /** Names the text filter, which is there only with a name. */
  filterLabel?: string;
  /** Buttons at the end of each row. */
  actions?: (row: T) => ReactNode;
  rowClassName?: (row: T) => string;
};

/** A list as a table: headers that sort (up, down, as it came), a text filter if named, buttons in each row. */
export function DataTable<T extends RowData>(props: DataTableProps<T>) {
  const { rows, columns, rowId, caption, empty, filterLabel, actions, rowClassName } = props;
  const [text, setText] = useState("");
  const box = useRef<HTMLInputElement>(null);
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: rowId,
    sortDescFirst: false,
    enableMultiSort: false,
    state: { globalFilter: text.trim() },
  });
  if (rows.length === 0) return empty;
  const found = table.getRowModel().rows;
  const count = `${found.length} of ${rows.length}`;
  return (
    <>
      {filterLabel && <TextFilter box={box} label={filterLabel} value={text} onChange={setText} count={count} />}
      <Table>
        <TableCaption className="sr-only">{caption}</TableCaption>
        <Heads groups={table.getHeaderGroups()} withActions={actions !== undefined} />
        <TableBody>
          {found.map((row) => (
            <TableRow key={row.id} className={rowClassName?.(row.original)}>
              <Cells row={row} />
              {actions && <TableCell className="whitespace-nowrap text-right">{actions(row.original)}</TableCell>}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {found.length === 0 && <NoMatch text={text.trim()} box={box} onClear={() => setText("")} />}
    </>
  );
}

function Heads<T extends RowData>(props: { groups: HeaderGroup<Features, T>[]; withActions: boolean }) {
  return (
    <TableHeader>
      {props.groups.map((group) => (
        <TableRow key={group.id}>
          {group.headers.map((header) => (
            <Head key={header.id} header={header} sorted={header.column.getIsSorted()} />
          ))}
          {props.withActions && (
            <TableHead scope="col">
              <span className="sr-only">Actions</span>
            </TableHead>
          )}
        </TableRow>
      ))}
    </TableHeader>
  );
}

function Cells<T extends RowData>({ row }: { row: Row<Features, T> }) {
  return row.getAllCells().map((cell) => (
    <TableCell key={cell.id} className={stylesOf(cell.column.columnDef.meta)}>
      <FlexRender cell={cell} />
    </TableCell>
  ));
}

function stylesOf(meta: typeof columnMeta | undefined): string {
  return cn(meta?.align === "right" && "text-right tabular-nums", meta?.className);
}

const ARIA_SORT = { asc: "ascending", desc: "descending" } as const;
const SORT_ICON = { asc: ArrowUp, desc: ArrowDown };

function Head<T extends RowData>(props: { header: Header<Features, T>; sorted: SortDirection | false }) {
  const { header, sorted } = props;
  const atRight = header.column.columnDef.meta?.align === "right";
  const Icon = sorted ? SORT_ICON[sorted] : ChevronsUpDown;
  return (
    <TableHead
      scope="col"
      aria-sort={sorted ? ARIA_SORT[sorted] : undefined}
      className={atRight ? "text-right" : undefined}
    >
      {header.column.getCanSort() ? (
        <Button
          variant="ghost"
          size="sm"
          className={cn("-mx-2.5", atRight && "flex-row-reverse", !sorted && "text-muted-foreground")}
          onClick={() => header.column.toggleSorting()}
        >
          <FlexRender header={header} />
          <Icon className={cn("size-3.5", !sorted && "opacity-60")} aria-hidden />
        </Button>
      ) : (
        <FlexRender header={header} />
      )}
    </TableHead>
  );
}
