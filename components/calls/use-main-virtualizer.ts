"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useState } from "react";

const MAIN_ID = "main";

/** Virtual lines inside the page's own scroll area (`<main>`); `margin` is how far down in it the list begins, pixels. */
export function useMainVirtualizer({
  listRef,
  count,
  estimate,
  keyOf,
  gap = 0,
}: {
  listRef: RefObject<HTMLElement | null>;
  count: number;
  estimate: number;
  keyOf: (index: number) => string;
  gap?: number;
}) {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const main = document.getElementById(MAIN_ID);
    const list = listRef.current;
    if (!main || !list) return;
    const measure = () =>
      setMargin(Math.round(list.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop));
    measure();
    const observer = new ResizeObserver(measure);
    for (const element of [main, ...main.children]) observer.observe(element);
    return () => observer.disconnect();
  }, [listRef]);
  const virtualizer = useVirtualizer({
    count,
    estimateSize: () => estimate,
    getItemKey: keyOf,
    getScrollElement: () => document.getElementById(MAIN_ID),
    scrollMargin: margin,
    overscan: 6,
    gap,
  });
  return { virtualizer, margin };
}
