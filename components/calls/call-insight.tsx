"use client";

import { useMemo } from "react";
import { moodPoints, whisperBands } from "@/components/analysis/mood-data";
import { MoodPanel } from "@/components/analysis/mood-panel";
import { TalkPanel } from "@/components/analysis/talk-panel";
import { TopicList } from "@/components/analysis/topic-list";
import { useServerNow } from "@/components/realtime/server-clock";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import type { CallView } from "@/lib/contract/call-view";
import type { UtteranceId } from "@/lib/contract/ids";

/** How often the chart's end moves on, milliseconds. */
const CHART_MS = 2000;

/** Mood, topics and talk of the call. */
export function CallInsight({
  view,
  onShow,
  className,
}: {
  view: CallView;
  onShow: (id: UtteranceId) => void;
  className?: string;
}) {
  const now = useServerNow(CHART_MS);
  const { sentiment, utterances, suggestions, audioStartedAt } = view;
  const endAt = view.endedAt ?? now;
  const points = useMemo(() => moodPoints({ sentiment, utterances }), [sentiment, utterances]);
  const bands = useMemo(
    () => whisperBands({ suggestions, audioStartedAt, nowMs: endAt }),
    [suggestions, audioStartedAt, endAt],
  );
  return (
    <Card className={cn("gap-3 p-3.5", className)}>
      <MoodPanel
        points={points}
        trend={sentiment.findLast((point) => point.party === "caller")?.trend ?? null}
        bands={bands}
        endMs={audioStartedAt === null ? 0 : endAt - audioStartedAt}
        onShow={onShow}
      />
      <TopicList mentions={view.topics} onShow={onShow} />
      <TalkPanel talk={view.talk} />
    </Card>
  );
}
