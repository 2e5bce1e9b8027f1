"use client";

import { useEffect } from "react";
import { useShortcutsEnabled } from "@/components/layout/use-shortcuts";
import type { RecordingControl } from "./use-recording";

export const SKIP_MS = 5000;

const TEXT = "input,textarea,select,[contenteditable=true]";
const LAYER = "[role=dialog],[role=alertdialog],[role=menu],[role=listbox]";
/** What space already presses, and the player, which knows both keys itself. */
const PRESSED_BY_SPACE = "button,a,summary,audio,[role=button],[role=radio],[role=tab]";
const MOVED_BY_ARROWS = "audio,[role=group],[role=radiogroup],[role=tablist],[role=slider]";

/** Space plays and pauses, the arrows go 5 s back and on: anywhere on the page where these keys mean nothing else. */
export function usePlayerKeys({
  toggle,
  skip,
  enabled,
}: Pick<RecordingControl, "toggle" | "skip"> & { enabled: boolean }) {
  const [allowed] = useShortcutsEnabled();
  useEffect(() => {
    if (!enabled || !allowed) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(TEXT) || document.querySelector(LAYER)) return;
      if (event.key === " " && !target?.closest(PRESSED_BY_SPACE)) toggle();
      else if (event.key === "ArrowLeft" && !target?.closest(MOVED_BY_ARROWS)) skip(-SKIP_MS);
      else if (event.key === "ArrowRight" && !target?.closest(MOVED_BY_ARROWS)) skip(SKIP_MS);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [toggle, skip, enabled, allowed]);
}
