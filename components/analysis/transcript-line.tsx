import { memo } from "react";
import { formatPosition, formatScore } from "@/components/calls/format";
import { useOtherParty } from "@/components/calls/other-party";
import { type MoodBand, moodBand, moodText } from "@/components/calls/words";
import { cn } from "@/components/ui/cn";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import type { Utterance } from "@/lib/contract/transcript";

const tints: Record<MoodBand, string> = {
  negative: "border-l-negative bg-negative/6",
  neutral: "border-l-border",
  positive: "border-l-positive bg-positive/6",
};

/** One turn. A partial is grey and italic and firms up in place; a customer's carries its sentiment as tint and number. */
export const TranscriptLine = memo(function TranscriptLine({
  utterance,
  point,
  query,
  current,
}: {
  utterance: Utterance;
  point: SentimentPoint | undefined;
  query: string;
  /** The line one was sent to. */
  current: boolean;
}) {
  const { speaker } = useOtherParty();
  const caller = utterance.party === "caller";
  const band = point && caller ? moodBand(point.score) : null;
  return (
    <div
      className={cn(
        "grid grid-cols-[2.75rem_minmax(0,1fr)_2.75rem] gap-x-2 border-l-2 border-l-transparent px-3 py-1.5 sm:grid-cols-[2.75rem_4.5rem_minmax(0,1fr)_2.75rem]",
        band && tints[band],
        current && "bg-brand/15",
      )}
    >
      <span className="pt-px text-muted-foreground text-xs leading-5 tabular-nums">
        {formatPosition(utterance.startMs)}
      </span>
      <span
        className={cn(
          "pt-px font-medium text-xs leading-5 max-sm:hidden",
          caller ? "text-foreground" : "text-muted-foreground",
        )}
      >
        {caller ? speaker : "Agent"}
      </span>
      <p className={cn("min-w-0 break-words text-13", !utterance.final && "text-muted-foreground italic")}>
        <span className="mr-1.5 font-medium not-italic sm:hidden">{caller ? speaker : "Agent"}</span>
        <Marked text={utterance.text} query={query} />
        {!utterance.final && <span aria-hidden> ▍</span>}
      </p>
      <span className={cn("pt-px text-right text-xs leading-5 tabular-nums", band && moodText[band])}>
        {point && band && formatScore(point.score)}
      </span>
    </div>
  );
});

function Marked({ text, query }: { text: string; query: string }) {
  if (!query) return text;
  return splitMatches(text, query).map(({ at, part, hit }) =>
    hit ? (
      <mark key={at} className="rounded-xs bg-barge/30 text-foreground">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

/** @returns the text cut at each place the query occurs, whatever its case. */
export function splitMatches(text: string, query: string): { at: number; part: string; hit: boolean }[] {
  const parts: { at: number; part: string; hit: boolean }[] = [];
  const lower = text.toLowerCase();
  const wanted = query.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1 && wanted; at = lower.indexOf(wanted, from)) {
    if (at > from) parts.push({ at: from, part: text.slice(from, at), hit: false });
    parts.push({ at, part: text.slice(at, at + wanted.length), hit: true });
    from = at + wanted.length;
  }
  if (from < text.length) parts.push({ at: from, part: text.slice(from), hit: false });
  return parts;
}
