"use client";

import { MicOff, RotateCcw, RotateCw } from "lucide-react";
import { useId, useState } from "react";
import { formatDuration } from "@/components/calls/format";
import { useOtherParty } from "@/components/calls/other-party";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { ToggleGroup, ToggleGroupItem } from "@/components/ui/toggle-group";
import type { CallId } from "@/lib/contract/ids";
import { SKIP_MS, usePlayerKeys } from "./use-player-keys";
import type { RecordingControl } from "./use-recording";

const RATES = [0.75, 1, 1.25, 1.5, 2];

/** The recording of an ended call, both lanes; or why there is none. */
export function RecordingPlayer({
  callId,
  recording,
  live,
  control,
}: {
  callId: CallId;
  recording: { durationMs: number } | null;
  live: boolean;
  control: RecordingControl;
}) {
  const id = useId();
  const { noun } = useOtherParty();
  return (
    <section aria-labelledby={id} className="grid gap-2 rounded-lg border bg-card px-3.5 py-2.5">
      <header className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 id={id} className="font-medium text-13">
          Recording
        </h2>
        {recording && !live && (
          <p className="text-2xs text-muted-foreground tabular-nums">
            {formatDuration(recording.durationMs)} · {noun} left, agent right
          </p>
        )}
      </header>
      {recording && !live ? (
        <Player callId={callId} control={control} />
      ) : (
        <p className="flex items-center gap-2 text-13 text-muted-foreground">
          <MicOff aria-hidden className="size-4 shrink-0" />
          {live
            ? "The recording can be played when the call has ended."
            : "This call has no recording: recording was off, or no audio came."}
        </p>
      )}
    </section>
  );
}

function Player({ callId, control }: { callId: CallId; control: RecordingControl }) {
  const [rate, setRate] = useState(1);
  const { noun } = useOtherParty();
  const { audioRef, failed, skip, toggle, on } = control;
  usePlayerKeys({ toggle, skip, enabled: true });
  return (
    <>
      {/* Not loaded before it is played: asking for it is written down as listening. */}
      <audio
        ref={audioRef}
        controls
        preload="none"
        aria-label={`Recording: ${noun} left, agent right`}
        src={`/api/calls/${callId}/recording`}
        className="h-10 w-full"
        {...on}
      />
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5">
        <div className="flex items-center gap-1">
          <Button variant="ghost" size="sm" aria-label="Back 5 seconds" onClick={() => skip(-SKIP_MS)}>
            <RotateCcw aria-hidden /> 5 s
          </Button>
          <Button variant="ghost" size="sm" aria-label="On 5 seconds" onClick={() => skip(SKIP_MS)}>
            <RotateCw aria-hidden /> 5 s
          </Button>
          <span className="ml-1 inline-flex items-center gap-1 text-2xs text-muted-foreground max-sm:hidden pointer-coarse:hidden">
            <Kbd>Space</Kbd> plays <Kbd>←</Kbd> <Kbd>→</Kbd> 5 s
          </span>
        </div>
        <ToggleGroup
          type="single"
          aria-label="Speed"
          value={String(rate)}
          onValueChange={(value) => {
            if (!value) return;
            setRate(Number(value));
            control.setRate(Number(value));
          }}
        >
          {RATES.map((choice) => (
            <ToggleGroupItem key={choice} value={String(choice)} className="px-1.5 tabular-nums">
              {choice}×
            </ToggleGroupItem>
          ))}
        </ToggleGroup>
      </div>
      {failed && (
        <p role="alert" className="text-13 text-danger">
          The recording could not be played. Its file may be gone; the transcript is complete without it.
        </p>
      )}
    </>
  );
}
