"use client";

import { usePathname } from "next/navigation";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { useHeadset } from "@/lib/headset/client";
import { HeadsetSheet } from "./headset-sheet";

const OpenSheet = createContext<(() => void) | null>(null);

/** Only a call's page keeps the microphone warm. */
const CALL_PAGE = /^\/live\/./;

/** The one headset sheet of the page, to be opened from anywhere below. */
export function HeadsetSheetProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const headset = useHeadset();
  const path = usePathname();
  const show = useCallback(() => setOpen(true), []);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next && !CALL_PAGE.test(path)) headset.releaseMicrophone();
  };
  return (
    <OpenSheet value={show}>
      {children}
      <HeadsetSheet open={open} onOpenChange={change} />
    </OpenSheet>
  );
}

/** @returns what opens the headset sheet; keeps its reference. */
export function useHeadsetSheet(): () => void {
  const open = useContext(OpenSheet);
  if (!open) throw new Error("The headset sheet needs <HeadsetSheetProvider> around it.");
  return open;
}
