"use client";

import { ChartLine, Table2 } from "lucide-react";
import { useState } from "react";
import { formatPosition, formatScore } from "@/components/calls/format";
import { Mood } from "@/components/calls/mood";
import { moodBand, moodText } from "@/components/calls/words";
import { ToggleGroup, ToggleGroupItem } from "@/components/ui/toggle-group";
import type { UtteranceId } from "@/lib/contract/ids";
import type { Trend } from "@/lib/contract/sentiment";
import { MoodChart } from "./mood-chart";
import type { MoodPoint, WhisperBand } from "./mood-data";

/** Customer mood as a chart, or as a table with the same facts and the same way to each quote. */
export function MoodPanel({
  points,
  trend,
  bands,
  endMs,
  onShow,
}: {
  points: MoodPoint[];
  trend: Trend | null;
  bands: WhisperBand[];
  endMs: number;
  onShow: (id: UtteranceId) => void;
}) {
  const [as, setAs] = useState("chart");
  return (
    <section aria-label="Customer mood" className="grid gap-1">
      <header className="flex items-center justify-between gap-3">
        <h2 className="flex items-baseline gap-2 font-medium text-13">
          Customer mood <Mood score={points.at(-1)?.rolling ?? null} trend={trend} className="text-base" />
        </h2>
        <div className="flex items-center gap-3">
          <span className="flex items-center gap-1.5 text-2xs text-muted-foreground max-sm:hidden">
            <span className="h-3 w-2.5 rounded-xs bg-whisper/30" /> whisper spoken
          </span>
          <ToggleGroup
            type="single"
            aria-label="Show mood as"
            value={as}
            onValueChange={(value) => value && setAs(value)}
          >
            <ToggleGroupItem value="chart" aria-label="Chart">
              <ChartLine aria-hidden />
            </ToggleGroupItem>
            <ToggleGroupItem value="table" aria-label="Table">
              <Table2 aria-hidden />
            </ToggleGroupItem>
          </ToggleGroup>
        </div>
      </header>
      {as === "table" ? (
        <MoodTable points={points} onShow={onShow} />
      ) : (
        <MoodChart points={points} bands={bands} endMs={endMs} onShow={onShow} />
      )}
    </section>
  );
}

function MoodTable({ points, onShow }: { points: MoodPoint[]; onShow: (id: UtteranceId) => void }) {
  if (points.length === 0)
    return <p className="grid h-32 2xl:h-40 place-items-center text-13 text-muted-foreground">No customer line yet.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <div className="h-32 2xl:h-40 overflow-y-auto" tabIndex={0}>
      <table className="w-full text-xs tabular-nums">
        <thead className="sticky top-0 bg-card text-left text-muted-foreground">
          <tr>
            <th scope="col" className="py-1 pr-3 font-normal">
              Time
            </th>
            <th scope="col" className="pr-3 font-normal">
              Line
            </th>
            <th scope="col" className="pr-3 font-normal">
              Mood
            </th>
            <th scope="col" className="font-normal">
              Customer said
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.utteranceId} className="border-t">
              <td className="py-1 pr-3">{formatPosition(point.atMs)}</td>
              <td className={moodText[moodBand(point.score)]}>{formatScore(point.score)}</td>
              <td>{formatScore(point.rolling)}</td>
              <td>
                <button
                  type="button"
                  className="line-clamp-1 min-h-6 text-left hover:underline"
                  onClick={() => onShow(point.utteranceId)}
                >
                  {point.quote}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
