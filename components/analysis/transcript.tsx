"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, MessagesSquare } from "lucide-react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { count } from "@/components/calls/format";
import { useOtherParty } from "@/components/calls/other-party";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";
import type { UtteranceId } from "@/lib/contract/ids";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import type { Utterance } from "@/lib/contract/transcript";
import { useStickToBottom } from "./stick-to-bottom";
import { TranscriptLine } from "./transcript-line";
import { TranscriptSearch } from "./transcript-search";

/** A line one was sent to; a new object each time, so that the same line can be asked for again. */
export type TranscriptTarget = { utteranceId: UtteranceId };

const ESTIMATED_LINE = 33;

export type TranscriptProps = {
  utterances: Utterance[];
  sentiment: SentimentPoint[];
  /** Lines that began after this are new since the last look, milliseconds; null: first look. */
  lookedMs: number | null;
  target: TranscriptTarget | null;
  searchRef: RefObject<HTMLInputElement | null>;
  live: boolean;
};

/** What is said, per party, as it is said. Follows the newest line unless its reader scrolled up. */
export function Transcript(props: TranscriptProps) {
  const { utterances, sentiment, lookedMs, target, searchRef } = props;
  const areaRef = useRef<HTMLDivElement>(null);
  const points = useMemo(() => new Map(sentiment.map((point) => [point.utteranceId, point])), [sentiment]);
  const virtualizer = useVirtualizer({
    count: utterances.length,
    estimateSize: () => ESTIMATED_LINE,
    getItemKey: (index) => utterances[index]?.utteranceId ?? index,
    getScrollElement: () => areaRef.current,
    overscan: 8,
  });
  const finals = utterances.filter((utterance) => utterance.final);
  const stick = useStickToBottom({ areaRef, size: virtualizer.getTotalSize(), lines: finals.length });
  const goTo = (index: number) => {
    if (index < 0) return;
    stick.letGo();
    virtualizer.scrollToIndex(index, { align: "center" });
  };
  const search = useTranscriptSearch({ utterances, goTo });
  const shown = useTarget({ target, utterances, goTo });
  const divider = lookedMs === null ? -1 : utterances.findIndex((utterance) => utterance.startMs > lookedMs);
  return (
    <section aria-label="Transcript" className="relative flex min-h-0 flex-1 flex-col">
      <header className="flex h-11 shrink-0 items-center justify-between gap-2 border-b pr-2 pl-3.5">
        <h2 className="font-medium text-13">Transcript</h2>
        <TranscriptSearch inputRef={searchRef} {...search} />
      </header>
      <div
        ref={areaRef}
        onScroll={stick.onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto py-1 focus-visible:-outline-offset-2"
      >
        {utterances.length === 0 && <NothingSaid live={props.live} />}
        <ol className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const utterance = utterances[item.index];
            if (!utterance) return null;
            return (
              <li
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {item.index === divider && divider > 0 && <LookedDivider />}
                <TranscriptLine
                  utterance={utterance}
                  point={points.get(utterance.utteranceId)}
                  query={search.words}
                  current={utterance.utteranceId === shown || item.index === search.current}
                />
              </li>
            );
          })}
        </ol>
      </div>
      {!stick.following && <NewLines unseen={stick.unseen} onClick={stick.toBottom} />}
      <Announcer finals={finals} />
    </section>
  );
}

/** Scrolls to the line asked for, and keeps it marked until the next one. */
function useTarget({
  target,
  utterances,
  goTo,
}: {
  target: TranscriptTarget | null;
  utterances: Utterance[];
  goTo: (index: number) => void;
}): UtteranceId | null {
  const latest = useRef({ utterances, goTo });
  useEffect(() => {
    latest.current = { utterances, goTo };
  });
  useEffect(() => {
    if (!target) return;
    const { utterances: lines, goTo: go } = latest.current;
    go(lines.findIndex((utterance) => utterance.utteranceId === target.utteranceId));
  }, [target]);
  return target?.utteranceId ?? null;
}

function useTranscriptSearch({ utterances, goTo }: { utterances: Utterance[]; goTo: (index: number) => void }) {
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState(0);
  const hits = useMemo(() => findLines(utterances, query), [utterances, query]);
  const at = Math.min(place, Math.max(0, hits.length - 1));
  const show = (next: number, among: number[]) => {
    setPlace(next);
    goTo(among[next] ?? -1);
  };
  return {
    query,
    words: query.trim(),
    found: hits.length,
    place: at,
    current: hits[at] ?? -1,
    onQuery: (text: string) => {
      setQuery(text);
      // The newest hit first: one mostly looks for what was just said.
      const among = findLines(utterances, text);
      show(Math.max(0, among.length - 1), among);
    },
    onStep: (step: 1 | -1) => show((at + step + hits.length) % Math.max(1, hits.length), hits),
  };
}

/** @returns indices of the lines that contain the words. */
export function findLines(utterances: Utterance[], query: string): number[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return [];
  return utterances.flatMap(({ text }, index) => (text.toLowerCase().includes(wanted) ? [index] : []));
}

function NewLines({ unseen, onClick }: { unseen: number; onClick: () => void }) {
  return (
    <Button size="sm" className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-md" onClick={onClick}>
      <ArrowDown aria-hidden /> {unseen > 0 ? count(unseen, "new line") : "Newest"}
    </Button>
  );
}

function LookedDivider() {
  return (
    <p className="flex items-center gap-2 px-3 py-1 text-2xs text-brand">
      <span className="h-px flex-1 bg-brand/40" /> since you last looked <span className="h-px flex-1 bg-brand/40" />
    </p>
  );
}

function NothingSaid({ live }: { live: boolean }) {
  return (
    <EmptyState icon={MessagesSquare} title="Nothing said yet">
      {live
        ? "Lines appear here while people speak: grey while they are still uncertain, firm when the turn is over."
        : null}
    </EmptyState>
  );
}

/** For screen readers: finished lines only, politely. The list above comes and goes with scrolling and would repeat itself. */
function Announcer({ finals }: { finals: Utterance[] }) {
  const { speaker } = useOtherParty();
  return (
    <div role="log" aria-live="polite" aria-label="New transcript lines" className="sr-only">
      {finals.slice(-4).map((utterance) => (
        <p key={utterance.utteranceId}>
          {utterance.party === "caller" ? speaker : "Agent"}: {utterance.text}
        </p>
      ))}
    </div>
  );
}
