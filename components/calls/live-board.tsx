"use client";

import { useQueryStates } from "nuqs";
import { useCallback, useMemo, useRef } from "react";
import { firstOf } from "@/components/coaching/row-suggestion";
import { useSuggestionActions } from "@/components/coaching/use-suggestion-actions";
import { useListenToggle } from "@/components/headset/use-listen-toggle";
import { PageBody } from "@/components/layout/page-body";
import { PageHeader } from "@/components/layout/page-header";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { useServerNow } from "@/components/realtime/server-clock";
import { useOld } from "@/components/realtime/use-old";
import type { BoardRow } from "@/lib/contract/board";
import { useBoard } from "@/lib/realtime/client";
import type { LiveBoard as BoardData } from "@/lib/realtime/types";
import { BoardCards, useMedia } from "./board-cards";
import { BoardSkeleton, NoCalls, NoLiveMatch, NoTeams } from "./board-empty";
import { figuresOf } from "./board-figures";
import { type BoardChoices, choicesOf, matchesFilter } from "./board-filter";
import { focusedCall, moveFocus } from "./board-focus";
import { BoardKpis } from "./board-kpis";
import { type BoardItemsProps, BoardList } from "./board-list";
import { type BoardSort, sortEntries, toEntries } from "./board-order";
import { BoardToolbar, ViewSwitch } from "./board-toolbar";
import { type BoardUrl, boardParsers, loadBoard, NO_FILTER, serializeBoard } from "./board-url";
import { BoardError, boardSummary } from "./board-words";
import { SavedViews } from "./saved-views";
import { useHeldOrder } from "./use-held-order";

/** How often attention and figures are worked out again without new data, milliseconds. */
const RETHINK_MS = 2000;

/** The live board of all my teams. */
export function LiveBoard({ userId, hasTeams }: { userId: string; hasTeams: boolean }) {
  const board = useBoard();
  const now = useServerNow(RETHINK_MS);
  const [url, setUrl] = useQueryStates(boardParsers, { history: "replace" });
  const searchRef = useRef<HTMLInputElement>(null);
  const all = useMemo(() => toEntries(board.rows, now), [board.rows, now]);
  const sort: BoardSort = { by: url.sort, descending: url.order === "desc" };
  const shown = useMemo(
    () =>
      sortEntries(
        all.filter(({ row }) => matchesFilter(row, url)),
        { by: url.sort, descending: url.order === "desc" },
      ),
    [all, url],
  );
  const order = useHeldOrder(shown);
  const items = useBoardItems({ entries: order.entries, userId });
  const toggleListening = useListenToggle();
  const figures = useMemo(() => figuresOf(all, now), [all, now]);
  const choices = useChoices(board.rows);
  const change = useCallback((part: Partial<BoardUrl>) => void setUrl(part), [setUrl]);
  const isKnown = board.state === "ready" || board.rows.length > 0;
  useShortcuts({
    "/": () => searchRef.current?.focus(),
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    a: () => onFocused(items, items.onApprove),
    r: () => onFocused(items, items.onReject),
    l: () => toggleListening(shown.find(({ row }) => row.info.callId === focusedCall())?.row ?? null),
  });
  const changeSort = (next: BoardSort) => {
    order.release();
    void setUrl({ sort: next.by, order: next.descending ? "desc" : "asc" });
  };
  return (
    <PageBody>
      <PageHeader title="Live" description={isKnown ? boardSummary(figures, order.held) : null}>
        <ViewSwitch view={url.view} onChange={(view) => void setUrl({ view })} />
        <SavedViews query={serializeBoard(url)} onChoose={(query) => void setUrl(loadBoard(query))} />
      </PageHeader>
      <BoardKpis figures={isKnown ? figures : null} />
      <BoardToolbar choices={choices} url={url} onChange={change} searchRef={searchRef} />
      <BoardState board={board} hasTeams={hasTeams} matches={shown.length} onClear={() => void setUrl(NO_FILTER)}>
        <div {...order.areaProps}>
          <BoardItems items={items} view={url.view} sort={sort} onSort={changeSort} />
        </div>
      </BoardState>
    </PageBody>
  );
}

/** Choices change far less often than rows; while they are the same, the same object, so that the filters do not render again. */
function useChoices(rows: BoardRow[]): BoardChoices {
  const key = JSON.stringify(choicesOf(rows));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what the choices are made of
  return useMemo(() => choicesOf(rows), [key]);
}

function useBoardItems({ entries, userId }: Pick<BoardItemsProps, "entries" | "userId">): BoardItemsProps {
  const actions = useSuggestionActions();
  const old = useOld();
  const { approve, reject } = actions;
  const handlers = useMemo<Pick<BoardItemsProps, "onApprove" | "onReject">>(
    () => ({ onApprove: (suggestion) => void approve(suggestion), onReject: (suggestion) => void reject(suggestion) }),
    [approve, reject],
  );
  return { entries, userId, old, busy: actions.busy, ...handlers };
}

/** A and R act on the first suggestion of the call that has the focus. */
function onFocused({ entries, old }: BoardItemsProps, act: BoardItemsProps["onApprove"]) {
  const callId = focusedCall();
  const entry = entries.find(({ row }) => row.info.callId === callId);
  const suggestion = entry && firstOf(entry.row.openSuggestions);
  if (suggestion && !old && entry.row.monitoring === "monitored") act(suggestion);
}

function BoardItems({
  items,
  view,
  sort,
  onSort,
}: {
  items: BoardItemsProps;
  view: "list" | "cards";
  sort: BoardSort;
  onSort: (sort: BoardSort) => void;
}) {
  const wide = useMedia("(min-width: 1024px)");
  return view === "list" && wide ? <BoardList {...items} sort={sort} onSort={onSort} /> : <BoardCards {...items} />;
}

function BoardState({
  board,
  hasTeams,
  matches,
  onClear,
  children,
}: {
  board: BoardData;
  hasTeams: boolean;
  matches: number;
  onClear: () => void;
  children: React.ReactNode;
}) {
  if (board.state === "error" && board.rows.length === 0) return <BoardError error={board.error} />;
  // While it is loaded again after a gap, the old rows stay; their age is said elsewhere.
  if (board.state === "loading" && board.rows.length === 0) return <BoardSkeleton />;
  if (board.rows.length === 0) return hasTeams ? <NoCalls /> : <NoTeams />;
  return matches === 0 ? <NoLiveMatch calls={board.rows.length} onClear={onClear} /> : children;
}
