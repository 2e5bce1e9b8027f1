"use client";

import { useEffect, useRef, useState } from "react";
import { useShortcutsEnabled } from "@/components/layout/use-shortcuts";

const TEXT_ENTRY =
  "textarea,select,[contenteditable=true],[role=textbox],[role=combobox],input:not([type=range],[type=checkbox],[type=radio],[type=button])";
const OPEN_LAYER = "[role=dialog],[role=alertdialog],[role=menu],[role=listbox]";

type HoldHandlers = { onPress: () => void; onRelease: () => void };
export type Hold = { press: () => void; release: () => void };

/** @returns whether keys belong to what has the focus, or to a layer above the page. */
function isElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector(OPEN_LAYER)) return true;
  return target instanceof Element && target.closest(TEXT_ENTRY) !== null;
}

/**
 * Something that is on only while it is held: by the space bar anywhere on the page, or by what calls `press`. It lets go by itself
 * where the release may never be told: another window, a hidden tab, a dialog, a text field, a modifier key, an unmount. While it
 * is mounted and single keys are on, the space bar neither scrolls nor presses what has the focus.
 */
export function useHold(handlers: HoldHandlers): Hold {
  const latest = useRef(handlers);
  const [keysEnabled] = useShortcutsEnabled();
  const [hold] = useState(() => makeHold({ read: () => latest.current }));
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const ends = [releaseWhenOutOfSight(hold), keysEnabled ? holdBySpace(hold) : () => undefined];
    return () => {
      for (const end of ends) end();
      hold.release();
    };
  }, [hold, keysEnabled]);
  return hold;
}

/** Tells of each press and each release once. */
function makeHold({ read }: { read: () => HoldHandlers }): Hold {
  let isHeld = false;
  return {
    press: () => {
      if (isHeld) return;
      isHeld = true;
      read().onPress();
    },
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      read().onRelease();
    },
  };
}

/** Listens before everything else, so that no button, menu or scroll area gets the space bar. @returns what ends it */
function holdBySpace({ press, release }: Hold): () => void {
  const take = (event: KeyboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
  };
  let isOurs = false;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return release();
    if (event.key !== " " || event.isComposing) return;
    if (isElsewhere(event.target)) return release();
    take(event);
    isOurs = true;
    if (!event.repeat) press();
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (event.key !== " " || !isOurs) return;
    isOurs = false;
    take(event);
    release();
  };
  document.addEventListener("keydown", onKeyDown, true);
  document.addEventListener("keyup", onKeyUp, true);
  return () => {
    document.removeEventListener("keydown", onKeyDown, true);
    document.removeEventListener("keyup", onKeyUp, true);
  };
}

function releaseWhenOutOfSight({ release }: Hold): () => void {
  const onHidden = () => document.hidden && release();
  const onFocus = (event: FocusEvent) => isElsewhere(event.target) && release();
  window.addEventListener("blur", release);
  window.addEventListener("pagehide", release);
  document.addEventListener("visibilitychange", onHidden);
  document.addEventListener("focusin", onFocus);
  return () => {
    window.removeEventListener("blur", release);
    window.removeEventListener("pagehide", release);
    document.removeEventListener("visibilitychange", onHidden);
    document.removeEventListener("focusin", onFocus);
  };
}
