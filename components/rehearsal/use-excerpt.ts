"use client";

import { useCallback, useRef, useState } from "react";

export type Excerpt = { key: string; fromMs: number; toMs: number };

/** Plays stretches of one recording, one at a time. `playing`: the key of the one that is heard now. */
export function useExcerpt() {
  const audioRef = useRef<HTMLAudioElement>(null);
  const current = useRef<Excerpt | null>(null);
  const [playing, setPlaying] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const stop = useCallback(() => {
    current.current = null;
    audioRef.current?.pause();
    setPlaying(null);
  }, []);
  const toggle = useCallback(
    (excerpt: Excerpt) => {
      const audio = audioRef.current;
      if (!audio) return;
      if (current.current?.key === excerpt.key) return stop();
      current.current = excerpt;
      setFailed(false);
      setPlaying(excerpt.key);
      audio.currentTime = Math.max(0, excerpt.fromMs) / 1000;
      // A stop before the first sound rejects as well; only onError tells that there is none.
      audio.play().catch(() => {});
    },
    [stop],
  );
  const on = {
    onTimeUpdate: () => {
      const [audio, excerpt] = [audioRef.current, current.current];
      if (audio && excerpt && audio.currentTime * 1000 >= excerpt.toMs) stop();
    },
    onEnded: stop,
    onError: () => {
      stop();
      setFailed(true);
    },
  };
  return { audioRef, playing, failed, toggle, on };
}
