"use client";

import { CartesianGrid, ComposedChart, Line, ReferenceArea, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import { formatPosition, formatScore } from "@/components/calls/format";
import { moodBand } from "@/components/calls/words";
import { type ChartConfig, ChartContainer } from "@/components/charts/chart";
import type { UtteranceId } from "@/lib/contract/ids";
import type { MoodPoint, WhisperBand } from "./mood-data";

const config: ChartConfig = {
  rolling: { label: "Customer mood", color: "var(--foreground)" },
  whisper: { label: "Whisper", color: "var(--whisper)" },
};

const TICK = { fill: "var(--muted-foreground)" };

const dotColours = { negative: "var(--negative)", neutral: "var(--neutral)", positive: "var(--positive)" } as const;

/** @returns the chart in a sentence. */
function describeMood(points: MoodPoint[]): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return "No customer line yet.";
  return `Customer mood over ${points.length} lines: ${formatScore(first.rolling)} at ${formatPosition(first.atMs)}, ${formatScore(last.rolling)} at ${formatPosition(last.atMs)}.`;
}

/** Customer mood over the call: line = rolling mood, dots = lines said (a click goes to the quote), bands = whispers. */
export function MoodChart({
  points,
  bands,
  endMs,
  onShow,
}: {
  points: MoodPoint[];
  bands: WhisperBand[];
  endMs: number;
  onShow: (id: UtteranceId) => void;
}) {
  return (
    <div role="img" aria-label={describeMood(points)}>
      <ChartContainer config={config} className="h-32 2xl:h-40">
        <ComposedChart data={points} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis
            dataKey="atMs"
            type="number"
            domain={[0, Math.max(endMs, 60_000)]}
            tickFormatter={(value: number) => formatPosition(value)}
            height={20}
            tick={TICK}
            tickLine={false}
            axisLine={false}
            minTickGap={48}
          />
          <YAxis
            domain={[-1, 1]}
            ticks={[-1, 0, 1]}
            tickFormatter={yLabel}
            width={24}
            tick={TICK}
            tickLine={false}
            axisLine={false}
          />
          <ReferenceLine y={0} stroke="var(--control)" strokeDasharray="3 3" />
          {bands.map((band) => (
            <ReferenceArea
              key={band.id}
              x1={band.fromMs}
              x2={band.toMs}
              fill="var(--color-whisper)"
              fillOpacity={0.2}
            />
          ))}
          <Tooltip content={<MoodTooltip />} isAnimationActive={false} cursor={{ stroke: "var(--control)" }} />
          <Line
            dataKey="rolling"
            type="monotone"
            stroke="var(--color-rolling)"
            strokeWidth={1.5}
            dot={false}
            activeDot={false}
            isAnimationActive={false}
          />
          <Line
            dataKey="score"
            stroke="none"
            isAnimationActive={false}
            activeDot={false}
            dot={(dot) => <MoodDot key={dot.index} cx={dot.cx} cy={dot.cy} point={points[dot.index]} onShow={onShow} />}
          />
        </ComposedChart>
      </ChartContainer>
    </div>
  );
}

function yLabel(value: number): string {
  return value === 0 ? "0" : value < 0 ? "−1" : "+1";
}

function MoodDot({
  cx,
  cy,
  point,
  onShow,
}: {
  cx: number | undefined;
  cy: number | undefined;
  point: MoodPoint | undefined;
  onShow: (id: UtteranceId) => void;
}) {
  if (!point || cx === undefined || cy === undefined) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: by keyboard the table beside it does the same
    <g className="cursor-pointer" onClick={() => onShow(point.utteranceId)}>
      <circle cx={cx} cy={cy} r={12} fill="transparent" />
      <circle cx={cx} cy={cy} r={3.5} fill={dotColours[moodBand(point.score)]} stroke="var(--card)" strokeWidth={1.5} />
    </g>
  );
}

function MoodTooltip({ active, payload }: { active?: boolean; payload?: readonly { payload?: MoodPoint }[] }) {
  const point = payload?.[0]?.payload;
  if (!active || !point) return null;
  return (
    <div className="max-w-64 rounded-md border bg-popover px-2.5 py-1.5 text-popover-foreground text-xs shadow-md">
      <p className="text-muted-foreground tabular-nums">
        {formatPosition(point.atMs)} · {formatScore(point.score)} · mood {formatScore(point.rolling)}
      </p>
      <p className="line-clamp-3">“{point.quote}”</p>
    </div>
  );
}
