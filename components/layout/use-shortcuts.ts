"use client";

import { useEffect, useRef } from "react";
import { z } from "zod";
import { useStored } from "@/components/layout/use-stored";

/** Key as in `KeyboardEvent.key`, lower case; "shift+a" for a letter with shift. Signs (`?`, `/`) stand for themselves. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

const OPEN_LAYER = "[role=dialog],[role=alertdialog],[role=menu],[role=listbox]";
const enabledSchema = z.boolean();

/** Single-key shortcuts can be turned off (WCAG 2.1.4); kept in this browser. */
export function useShortcutsEnabled(): [boolean, (enabled: boolean) => void] {
  return useStored("earshot.single-keys", { schema: enabledSchema, fallback: true });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input,textarea,select,[contenteditable=true]") !== null;
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key;
}

/** Listens on the whole page while mounted; silent while one types, while a dialog or menu is open, and with Ctrl, Alt or ⌘. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const [enabled] = useShortcutsEnabled();
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const name = nameOf(event);
      if (!enabled && /^(shift\+)?.$/.test(name)) return;
      if (isTyping(event.target) || document.querySelector(OPEN_LAYER)) return;
      const run = latest.current[name];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [enabled]);
}
