"use client";

import { useRef, useSyncExternalStore } from "react";
import { BoardCard } from "./board-card";
import { type BoardItemsProps, isBusy, shown } from "./board-list";
import { useMainVirtualizer } from "./use-main-virtualizer";

const ESTIMATED_HEIGHT = 236;
const GAP = 12;

/** @returns whether a media query holds, followed live; false on the server. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}

function useColumns(): number {
  const wide = useMedia("(min-width: 1440px)");
  const middle = useMedia("(min-width: 1024px)");
  const narrow = useMedia("(min-width: 640px)");
  return wide ? 4 : middle ? 3 : narrow ? 2 : 1;
}

/** The board as cards, line by line; only lines in view are in the page. */
export function BoardCards({ entries, busy, ...props }: BoardItemsProps) {
  const listRef = useRef<HTMLDivElement>(null);
  const columns = useColumns();
  const lines = Array.from({ length: Math.ceil(entries.length / columns) }, (_, line) =>
    entries.slice(line * columns, (line + 1) * columns),
  );
  const { virtualizer, margin } = useMainVirtualizer({
    listRef,
    count: lines.length,
    estimate: ESTIMATED_HEIGHT,
    keyOf: (index) => `${columns}:${index}`,
    gap: GAP,
  });
  return (
    <section ref={listRef} aria-label="Live calls" className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map((item) => (
        <div
          key={item.key}
          ref={virtualizer.measureElement}
          data-index={item.index}
          className="absolute inset-x-0 top-0 grid gap-3"
          style={{
            transform: `translateY(${item.start - margin}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          }}
        >
          {lines[item.index]?.map((entry) => (
            <BoardCard key={entry.row.info.callId} {...props} {...shown(entry)} busy={isBusy(entry, busy)} />
          ))}
        </div>
      ))}
    </section>
  );
}
