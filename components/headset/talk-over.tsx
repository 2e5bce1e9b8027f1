"use client";

import { useEffect, useRef, useState } from "react";
import { useOtherParty } from "@/components/calls/other-party";
import { useLevels } from "@/lib/headset/client";
import { paintLanes } from "./paint-lanes";
import { TalkLanes, type TalkSummary } from "./talk-lanes";
import { CALM_MS, wantsLessMotion } from "./use-calm-levels";

const WINDOW_MS = 20_000;
/** One cell; the picture moves on by one at a time. */
const STEP_MS = 100;
const WORDS_MS = 2000;

/** Two thin lanes of the last seconds: who spoke when, and where both did at once. */
export function TalkOver() {
  const { noun } = useOtherParty();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [lanes] = useState(() => new TalkLanes({ windowMs: WINDOW_MS, stepMs: STEP_MS }));
  const painted = useRef(Number.NEGATIVE_INFINITY);
  useLevels((levels) => {
    const atMs = performance.now();
    lanes.add({ atMs, caller: levels.caller, agent: levels.agent });
    if (!canvas.current || atMs - painted.current < STEP_MS) return;
    if (atMs - painted.current < CALM_MS && wantsLessMotion()) return;
    painted.current = atMs;
    paintLanes(canvas.current, lanes.cells(atMs));
  });
  const words = useSummary(lanes);
  return (
    <div className="flex min-w-0 items-center gap-2.5 text-2xs text-muted-foreground">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`The last 20 seconds: the ${noun} spoke ${percent(words.callerShare)}, the agent ${percent(words.agentShare)}, ${overlapWords(words)}`}
        className="h-6 min-w-0 flex-1"
      />
      <span className="w-30 shrink-0 text-right tabular-nums" aria-hidden>
        {words.overlaps === 0 ? "no talking over" : `over each other ${(words.overlapMs / 1000).toFixed(1)} s`}
      </span>
    </div>
  );
}

function useSummary(lanes: TalkLanes): TalkSummary {
  const [summary, setSummary] = useState<TalkSummary>({ callerShare: 0, agentShare: 0, overlaps: 0, overlapMs: 0 });
  useEffect(() => {
    const timer = setInterval(() => setSummary(lanes.summary(performance.now())), WORDS_MS);
    return () => clearInterval(timer);
  }, [lanes]);
  return summary;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function overlapWords({ overlaps, overlapMs }: TalkSummary): string {
  if (overlaps === 0) return "never both at once";
  return `both at once ${overlaps === 1 ? "once" : `${overlaps} times`}, ${(overlapMs / 1000).toFixed(1)} s in all`;
}
