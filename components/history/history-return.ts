"use client";

import { useSyncExternalStore } from "react";

const KEY = "earshot.history";
const PLAIN = "/history";
const never = () => () => {};

/** Keeps the list's address in this tab, so that a review leads back to the same filters. */
export function rememberHistory(href: string): void {
  try {
    sessionStorage.setItem(KEY, href);
  } catch {
    // Without storage the way back is the plain list.
  }
}

/** @returns the list's address as it was left in this tab. */
export function readHistory(): string {
  try {
    const href = sessionStorage.getItem(KEY);
    return href && /^\/history(\?|$)/.test(href) ? href : PLAIN;
  } catch {
    return PLAIN;
  }
}

export function useHistoryReturn(): string {
  return useSyncExternalStore(never, readHistory, () => PLAIN);
}
