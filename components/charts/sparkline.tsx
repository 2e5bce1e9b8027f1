import { memo } from "react";
import { moodBand } from "@/components/calls/words";

const WIDTH = 72;
const HEIGHT = 20;

/** The last scores (−1…+1) as a small line with a zero line: two paths, no library. Coloured as the number beside it. */
export const Sparkline = memo(function Sparkline({ scores, mood }: { scores: number[]; mood: number | null }) {
  if (scores.length === 0)
    return <span aria-hidden className="inline-block" style={{ width: WIDTH, height: HEIGHT }} />;
  const step = scores.length > 1 ? (WIDTH - 6) / (scores.length - 1) : 0;
  const y = (score: number) => HEIGHT / 2 - score * (HEIGHT / 2 - 3);
  const points = scores.map((score, index) => `${(3 + index * step).toFixed(1)},${y(score).toFixed(1)}`);
  const last = scores[scores.length - 1] ?? 0;
  const colour = `var(--${moodBand(mood ?? 0)})`;
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" className="shrink-0">
      <path d={`M0 ${HEIGHT / 2}H${WIDTH}`} stroke="var(--border)" strokeDasharray="2 3" />
      <polyline points={points.join(" ")} fill="none" stroke={colour} strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={3 + (scores.length - 1) * step} cy={y(last)} r="2.25" fill={colour} />
    </svg>
  );
});
