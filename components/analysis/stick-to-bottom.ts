"use client";

import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

/** Pixels from the end that still count as being there. */
const NEAR = 40;

export type ScrollPlace = { top: number; client: number; height: number };

/**
 * Whether the list follows new lines. Only a move upwards by the reader lets go; growth of the list, which moves the end away, does not.
 * @param previousTop scroll position at the last event, pixels
 */
export function follows({
  was,
  previousTop,
  place,
}: {
  was: boolean;
  previousTop: number;
  place: ScrollPlace;
}): boolean {
  if (place.height - place.client - place.top <= NEAR) return true;
  return was && place.top >= previousTop;
}

/**
 * Keeps a scroll area at its end unless its reader scrolled up, and counts what came since.
 * @param size total height of the content, pixels
 * @param lines how many finished lines there are
 */
export function useStickToBottom({
  areaRef,
  size,
  lines,
}: {
  areaRef: RefObject<HTMLElement | null>;
  size: number;
  lines: number;
}) {
  const previousTop = useRef(0);
  const [following, setFollowing] = useState(true);
  const [seen, setSeen] = useState(lines);
  if (following && seen !== lines) setSeen(lines);

  const toBottom = useCallback(() => {
    const area = areaRef.current;
    if (!area) return;
    setFollowing(true);
    area.scrollTop = area.scrollHeight;
    previousTop.current = area.scrollTop;
  }, [areaRef]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new size is what it answers to
  useLayoutEffect(() => {
    const area = areaRef.current;
    if (!following || !area) return;
    area.scrollTop = area.scrollHeight;
    previousTop.current = area.scrollTop;
  }, [areaRef, following, size]);

  const onScroll = useCallback(() => {
    const area = areaRef.current;
    if (!area) return;
    const place = { top: area.scrollTop, client: area.clientHeight, height: area.scrollHeight };
    setFollowing((was) => follows({ was, previousTop: previousTop.current, place }));
    previousTop.current = area.scrollTop;
  }, [areaRef]);

  return { following, unseen: Math.max(0, lines - seen), onScroll, toBottom, letGo: () => setFollowing(false) };
}
