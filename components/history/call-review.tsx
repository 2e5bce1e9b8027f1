"use client";

import { useCallback, useRef, useState } from "react";
import type { TranscriptTarget } from "@/components/analysis/transcript";
import { OtherPartyProvider } from "@/components/calls/other-party";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import type { UtteranceId } from "@/lib/contract/ids";
import type { Utterance } from "@/lib/contract/transcript";
import type { StoredCall } from "@/lib/history/types";
import { isStillLive } from "./history-words";
import { RecordingPlayer } from "./recording-player";
import { ReviewHeader, StillLive } from "./review-header";
import { ReviewInsight } from "./review-insight";
import { ReviewMore } from "./review-more";
import { ReviewSuggestions } from "./review-suggestions";
import { ReviewTranscript } from "./review-transcript";
import { useRecording } from "./use-recording";

/** One stored call: its recording in step with what was said, and all that was done. */
export function CallReview({ call }: { call: StoredCall }) {
  const { view, recording } = call;
  const { utterances } = view;
  const live = isStillLive(view);
  const playable = recording !== null && !live;
  const searchRef = useRef<HTMLInputElement>(null);
  const [target, setTarget] = useState<TranscriptTarget | null>(null);
  const control = useRecording({ utterances, durationMs: recording?.durationMs ?? 0 });
  const { seek } = control;
  const show = useCallback(
    (utteranceId: UtteranceId) => {
      setTarget({ utteranceId });
      const line = utterances.find((utterance) => utterance.utteranceId === utteranceId);
      if (line) seek(line.startMs);
    },
    [utterances, seek],
  );
  const play = useCallback((utterance: Utterance) => seek(utterance.startMs, { play: true }), [seek]);
  const seekTo = useCallback((atMs: number) => seek(atMs), [seek]);
  useShortcuts({ "/": () => searchRef.current?.focus() });
  return (
    <OtherPartyProvider direction={view.info.direction}>
      <div className="flex flex-col gap-3 p-4 lg:h-full lg:min-h-0 lg:px-6">
        <ReviewHeader call={call} />
        <StillLive view={view} />
        <div className="grid gap-3 lg:min-h-0 lg:flex-1 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
          <div className="flex min-h-0 flex-col gap-3">
            <RecordingPlayer callId={view.info.callId} recording={recording} live={live} control={control} />
            <div className="flex h-[65dvh] min-h-0 flex-col overflow-hidden rounded-lg border bg-card lg:h-auto lg:flex-1">
              <ReviewTranscript
                utterances={utterances}
                sentiment={view.sentiment}
                lineId={control.lineId}
                playing={control.playing}
                target={target}
                searchRef={searchRef}
                onPlay={playable ? play : null}
              />
            </div>
          </div>
          <div className="flex min-w-0 flex-col gap-3 lg:-m-1 lg:min-h-0 lg:overflow-y-auto lg:p-1 [&>*]:shrink-0">
            <ReviewInsight call={call} onShow={show} />
            <ReviewSuggestions
              suggestions={view.suggestions}
              sentiment={view.sentiment}
              audioStartedAt={view.audioStartedAt}
              onSeek={playable ? seekTo : null}
              onShow={show}
            />
            <ReviewMore view={view} onShow={show} />
          </div>
        </div>
      </div>
    </OtherPartyProvider>
  );
}
