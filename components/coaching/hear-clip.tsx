"use client";

import { Play, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import type { Suggestion } from "@/lib/contract/coaching";

/** Plays the very clip that would be spoken (same hash), in this browser only. */
export function HearClip({ clip, clipError }: Pick<Suggestion, "clip" | "clipError">) {
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const element = audio.current;
    return () => element?.pause();
  }, []);
  if (clipError !== null) return <span className="text-danger text-xs">Cannot be spoken: {clipError}</span>;
  if (clip === null) return <span className="text-muted-foreground text-xs">audio is being made…</span>;
  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    setFailed(false);
    if (playing) {
      element.pause();
      element.currentTime = 0;
    } else {
      element.play().catch(() => setFailed(true));
    }
  };
  return (
    <>
      <Button variant="ghost" size="sm" onClick={toggle}>
        {playing ? <Square aria-hidden /> : <Play aria-hidden />}
        {playing ? "Stop" : "Hear it"}
        <span className="font-normal text-muted-foreground tabular-nums">
          ({(clip.durationMs / 1000).toFixed(1)} s)
        </span>
      </Button>
      {failed && <span className="text-danger text-xs">could not be played</span>}
      {/* biome-ignore lint/a11y/useMediaCaption: its words stand above it */}
      <audio
        ref={audio}
        src={`/api/clips/${clip.hash}`}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
    </>
  );
}
