"use client";

import { ArrowDown, MessagesSquare } from "lucide-react";
import { memo, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { findLines, type TranscriptTarget } from "@/components/analysis/transcript";
import { TranscriptLine } from "@/components/analysis/transcript-line";
import { TranscriptSearch } from "@/components/analysis/transcript-search";
import { formatPosition } from "@/components/calls/format";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";
import type { UtteranceId } from "@/lib/contract/ids";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import type { Utterance } from "@/lib/contract/transcript";

type Props = {
  utterances: Utterance[];
  sentiment: SentimentPoint[];
  /** The line at the player's place. */
  lineId: UtteranceId | null;
  playing: boolean;
  target: TranscriptTarget | null;
  searchRef: RefObject<HTMLInputElement | null>;
  /** Plays from a line; null where there is no recording. */
  onPlay: ((utterance: Utterance) => void) | null;
};

/** All that was said. A line plays from itself; while the recording plays, the line being spoken is marked and kept in view. */
export function ReviewTranscript(props: Props) {
  const { utterances, sentiment, lineId, playing, target, searchRef, onPlay } = props;
  const points = useMemo(() => new Map(sentiment.map((point) => [point.utteranceId, point])), [sentiment]);
  const { areaRef, scrollTo } = useScrollTo();
  const [following, setFollowing] = useState(true);
  const show = useCallback(
    (id: UtteranceId | undefined) => {
      if (id) scrollTo(id);
    },
    [scrollTo],
  );
  const search = useLineSearch({ utterances, show });
  useEffect(() => show(target?.utteranceId), [target, show]);
  useEffect(() => {
    if (playing && following && lineId) scrollTo(lineId);
  }, [playing, following, lineId, scrollTo]);
  const letGo = () => playing && setFollowing(false);
  const playFrom = useMemo(() => {
    if (!onPlay) return null;
    return (utterance: Utterance) => {
      setFollowing(true);
      onPlay(utterance);
    };
  }, [onPlay]);
  return (
    <section aria-label="Transcript" className="relative flex min-h-0 flex-1 flex-col">
      <header className="flex h-11 shrink-0 items-center justify-between gap-2 border-b pr-2 pl-3.5">
        <h2 className="font-medium text-13">Transcript</h2>
        <TranscriptSearch inputRef={searchRef} {...search} />
      </header>
      <div
        ref={areaRef}
        onWheel={letGo}
        onTouchMove={letGo}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
        className="relative min-h-0 flex-1 overflow-y-auto py-1 focus-visible:-outline-offset-2"
      >
        {utterances.length === 0 && <EmptyState icon={MessagesSquare} title="Nothing was said, or nothing was heard" />}
        <ol>
          {utterances.map((utterance, index) => (
            <Line
              key={utterance.utteranceId}
              utterance={utterance}
              point={points.get(utterance.utteranceId)}
              query={search.query.trim()}
              spoken={utterance.utteranceId === lineId}
              marked={index === search.current || (lineId === null && utterance.utteranceId === target?.utteranceId)}
              onPlay={playFrom}
            />
          ))}
        </ol>
      </div>
      {playing && !following && (
        <Button
          size="sm"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-md"
          onClick={() => setFollowing(true)}
        >
          <ArrowDown aria-hidden /> Follow the recording
        </Button>
      )}
    </section>
  );
}

const Line = memo(function Line({
  utterance,
  point,
  query,
  spoken,
  marked,
  onPlay,
}: {
  utterance: Utterance;
  point: SentimentPoint | undefined;
  query: string;
  spoken: boolean;
  marked: boolean;
  onPlay: Props["onPlay"];
}) {
  const play = () => {
    // Whoever marks words to copy them does not want to hear them.
    if (document.getSelection()?.isCollapsed !== false) onPlay?.(utterance);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button in it does the same by keyboard
    <li
      data-line={utterance.utteranceId}
      aria-current={spoken ? "true" : undefined}
      onClick={onPlay ? play : undefined}
      className={`relative [contain-intrinsic-size:auto_33px] [content-visibility:auto] ${onPlay ? "cursor-pointer hover:bg-accent/50" : ""}`}
    >
      <TranscriptLine utterance={utterance} point={point} query={query} current={spoken || marked} />
      {onPlay && (
        <button
          type="button"
          aria-label={`Play from ${formatPosition(utterance.startMs)}`}
          className="absolute top-1 left-2.5 h-6.5 w-12 rounded-sm focus-visible:outline-offset-0"
        />
      )}
    </li>
  );
});

/** Brings a line to the middle of the list, without moving the page around it. */
function useScrollTo() {
  const areaRef = useRef<HTMLDivElement>(null);
  const scrollTo = useCallback((id: UtteranceId) => {
    const area = areaRef.current;
    const line = area?.querySelector<HTMLElement>(`[data-line="${id}"]`);
    if (!area || !line) return;
    area.scrollTop = line.offsetTop - (area.clientHeight - line.offsetHeight) / 2;
  }, []);
  return { areaRef, scrollTo };
}

function useLineSearch({ utterances, show }: { utterances: Utterance[]; show: (id: UtteranceId | undefined) => void }) {
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState(0);
  const hits = useMemo(() => findLines(utterances, query), [utterances, query]);
  const go = (next: number, among: number[]) => {
    setPlace(next);
    show(utterances[among[next] ?? -1]?.utteranceId);
  };
  return {
    query,
    found: hits.length,
    place,
    current: hits[place] ?? -1,
    onQuery: (text: string) => {
      setQuery(text);
      go(0, findLines(utterances, text));
    },
    onStep: (step: 1 | -1) => go((place + step + hits.length) % Math.max(1, hits.length), hits),
  };
}
