import { cn } from "@/components/ui/cn";
import type { Trend } from "@/lib/contract/sentiment";
import { formatScore } from "./format";
import { moodBand, moodText, trendWords } from "./words";

/** Customer sentiment: number, arrow, and for screen readers the word. "—" before the first customer line. */
export function Mood({ score, trend, className }: { score: number | null; trend: Trend | null; className?: string }) {
  if (score === null) {
    return (
      <span className={cn("text-muted-foreground", className)}>
        <span aria-hidden>—</span>
        <span className="sr-only">mood not known yet</span>
      </span>
    );
  }
  const band = moodBand(score);
  const direction = trend === null ? null : trendWords[trend];
  return (
    <span className={cn("inline-flex items-baseline gap-1 font-medium tabular-nums", moodText[band], className)}>
      <span className="sr-only">mood {band}</span>
      <span>{formatScore(score)}</span>
      <span aria-hidden className="inline-block w-3.5 text-center">
        {direction?.arrow}
      </span>
      {direction && <span className="sr-only">{direction.label}</span>}
    </span>
  );
}
