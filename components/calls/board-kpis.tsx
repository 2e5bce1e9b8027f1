import { memo, type ReactNode } from "react";
import type { BoardFigures } from "./board-figures";
import { formatAge } from "./format";
import { Mood } from "./mood";

const frame = "grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-4";

/** The four figures above the board. Unknown is "—", never 0. */
export const BoardKpis = memo(function BoardKpis({ figures }: { figures: BoardFigures | null }) {
  if (!figures) return <UnknownKpis />;
  const { live, ringing, mood, open, urgent, medianWaitMs } = figures;
  return (
    <dl className={frame}>
      <Kpi
        label="Live calls"
        value={live}
        note={live === 0 ? "none now" : ringing > 0 ? `${ringing} not connected yet` : "all connected"}
      />
      <Kpi
        label="Customer mood now"
        value={<Mood score={mood?.mean ?? null} trend={null} />}
        note={mood ? `mean of ${mood.calls}` : "no customer line yet"}
      />
      <Kpi label="Open suggestions" value={open} note={urgent > 0 ? `${urgent} urgent` : "none urgent"} />
      <Kpi
        label="Median wait to act"
        value={medianWaitMs === null ? "—" : formatAge(medianWaitMs)}
        note={medianWaitMs === null ? "nothing is waiting" : `of ${open} open now`}
      />
    </dl>
  );
});

function UnknownKpis() {
  return (
    <dl className={frame}>
      {["Live calls", "Customer mood now", "Open suggestions", "Median wait to act"].map((label) => (
        <Kpi key={label} label={label} value="—" note="" />
      ))}
    </dl>
  );
}

function Kpi({ label, value, note }: { label: string; value: ReactNode; note: string }) {
  return (
    <div className="flex flex-col gap-0.5 bg-card px-4 py-3">
      <dt className="text-muted-foreground text-xs">{label}</dt>
      <dd className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-semibold text-xl leading-7 tracking-tight tabular-nums">{value}</span>
        <span className="text-2xs text-muted-foreground tabular-nums">{note}</span>
      </dd>
    </div>
  );
}
