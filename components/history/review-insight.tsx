"use client";

import { memo, useMemo } from "react";
import { moodPoints, whisperBands } from "@/components/analysis/mood-data";
import { MoodPanel } from "@/components/analysis/mood-panel";
import { TalkPanel } from "@/components/analysis/talk-panel";
import { TopicList } from "@/components/analysis/topic-list";
import type { UtteranceId } from "@/lib/contract/ids";
import type { StoredCall } from "@/lib/history/types";

/** @returns how far the call's record reaches, milliseconds of its audio clock. */
export function recordEnd({ view, recording }: Pick<StoredCall, "view" | "recording">): number {
  const lineEnd = view.utterances.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
  const talkEnd = view.talk?.elapsedMs ?? 0;
  return Math.max(lineEnd, talkEnd, recording?.durationMs ?? 0);
}

/** Mood with the whispers in it, topics, and who talked how much. */
export const ReviewInsight = memo(function ReviewInsight({
  call,
  onShow,
}: {
  call: StoredCall;
  onShow: (id: UtteranceId) => void;
}) {
  const { view } = call;
  const { sentiment, utterances, suggestions, audioStartedAt, topics, talk } = view;
  const endMs = recordEnd(call);
  const points = useMemo(() => moodPoints({ sentiment, utterances }), [sentiment, utterances]);
  const bands = useMemo(
    () => whisperBands({ suggestions, audioStartedAt, nowMs: (audioStartedAt ?? 0) + endMs }),
    [suggestions, audioStartedAt, endMs],
  );
  return (
    <div className="flex flex-col gap-3 rounded-lg border bg-card p-3.5">
      <MoodPanel
        points={points}
        trend={sentiment.findLast((point) => point.party === "caller")?.trend ?? null}
        bands={bands}
        endMs={endMs}
        onShow={onShow}
      />
      <TopicList mentions={topics} onShow={onShow} />
      {/* What was silence "up to now" when the call ended says nothing afterwards. */}
      <TalkPanel talk={talk && { ...talk, currentSilenceMs: 0 }} />
    </div>
  );
});
