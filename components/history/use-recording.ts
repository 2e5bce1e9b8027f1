"use client";

import { type RefObject, useCallback, useRef, useState } from "react";
import type { UtteranceId } from "@/lib/contract/ids";
import type { Utterance } from "@/lib/contract/transcript";
import { clampPosition, lineAt } from "./recording-position";

export type RecordingControl = {
  audioRef: RefObject<HTMLAudioElement | null>;
  playing: boolean;
  failed: boolean;
  /** The line at the player's place; null in a pause and before the first play. */
  lineId: UtteranceId | null;
  /** Goes to a place of the recording, milliseconds; `play`: and plays from there. */
  seek: (atMs: number, options?: { play?: boolean }) => void;
  /** Goes on or back by so many milliseconds. */
  skip: (ms: number) => void;
  toggle: () => void;
  setRate: (rate: number) => void;
  /** For the audio element itself. */
  on: {
    onPlay: () => void;
    onPause: () => void;
    onEnded: () => void;
    onTimeUpdate: () => void;
    onSeeking: () => void;
    onError: () => void;
  };
};

/** The player's place and the line spoken there. Renders only when the line changes, not with every tick of the player. */
export function useRecording({
  utterances,
  durationMs,
}: {
  utterances: Utterance[];
  durationMs: number;
}): RecordingControl {
  const audioRef = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [lineId, setLineId] = useState<UtteranceId | null>(null);
  const follow = useCallback(() => {
    if (audioRef.current) setLineId(lineAt(utterances, audioRef.current.currentTime * 1000));
  }, [utterances]);
  const play = useCallback(() => {
    setFailed(false);
    // A pause that comes before the first sound rejects as well; only `onError` tells that there is none.
    audioRef.current?.play().catch(() => {});
  }, []);
  const seek = useCallback(
    (atMs: number, options: { play?: boolean } = {}) => {
      const audio = audioRef.current;
      if (!audio) return;
      audio.currentTime = clampPosition({ atMs, durationMs }) / 1000;
      follow();
      if (options.play) play();
    },
    [durationMs, follow, play],
  );
  const skip = useCallback((ms: number) => seek((audioRef.current?.currentTime ?? 0) * 1000 + ms), [seek]);
  const toggle = useCallback(() => {
    if (audioRef.current?.paused) play();
    else audioRef.current?.pause();
  }, [play]);
  const setRate = useCallback((rate: number) => {
    const audio = audioRef.current;
    if (!audio) return;
    // The default too: loading sets the rate back to it, and nothing is loaded before the first play.
    audio.defaultPlaybackRate = rate;
    audio.playbackRate = rate;
  }, []);
  const on = {
    onPlay: () => setPlaying(true),
    onPause: () => setPlaying(false),
    onEnded: () => setPlaying(false),
    onTimeUpdate: follow,
    onSeeking: follow,
    onError: () => {
      setPlaying(false);
      setFailed(true);
    },
  };
  return { audioRef, playing, failed, lineId, seek, skip, toggle, setRate, on };
}
