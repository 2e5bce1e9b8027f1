"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { BrowserHeadset } from "./headset";
import type { HeadsetStore } from "./store";
import type { Headset, HeadsetState, Levels } from "./types";

/** A headset with the store that tells of it. */
export type HeadsetWithStore = Headset & { readonly store: HeadsetStore; open(): void; close(): void };

const HeadsetContext = createContext<HeadsetWithStore | null>(null);

/**
 * One headset for all pages below. Costs nothing until something is heard or the microphone is asked for.
 * @param headset in place of the browser's own, for tests
 */
export function HeadsetProvider({ children, headset }: { children: ReactNode; headset?: HeadsetWithStore }): ReactNode {
  const [current] = useState<HeadsetWithStore>(() => headset ?? new BrowserHeadset());
  useEffect(() => {
    current.open();
    return () => current.close();
  }, [current]);
  return <HeadsetContext value={current}>{children}</HeadsetContext>;
}

function useOwnHeadset(): HeadsetWithStore {
  const headset = useContext(HeadsetContext);
  if (!headset) throw new Error("The headset hooks need <HeadsetProvider> around them.");
  return headset;
}

/** The supervisor's headphones and microphone; keeps its reference. */
export function useHeadset(): Headset {
  return useOwnHeadset();
}

/** A part of the headset's state; renders again only when what `select` returns changed (its fields compared by reference). */
export function useHeadsetState<T>(select: (state: HeadsetState) => T): T {
  return useStore(useOwnHeadset().store, useShallow(select));
}

/** Calls `show` with the levels in every animation frame while mounted: for meters that are painted without React. */
export function useLevels(show: (levels: Levels) => void): void {
  const headset = useOwnHeadset();
  const latest = useRef(show);
  useEffect(() => {
    latest.current = show;
  }, [show]);
  const paint = useCallback(() => latest.current(headset.levels()), [headset]);
  useEffect(() => {
    let frame = 0;
    const next = () => {
      paint();
      frame = requestAnimationFrame(next);
    };
    frame = requestAnimationFrame(next);
    return () => cancelAnimationFrame(frame);
  }, [paint]);
}
