"use client";

import type { BoardRow } from "@/lib/contract/board";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import { useBoard } from "@/lib/realtime/client";
import { canHear } from "./can-hear";
import { isListening } from "./listen-words";
import { useListenReady } from "./use-listen-ready";

/** @returns what `L` does on the board: hears the call that has the focus, or stops where it is the one heard, or none has it. */
export function useListenToggle(): (row: BoardRow | null) => void {
  const headset = useHeadset();
  useListenReady(useBoard().rows.some(canHear));
  const heard = useHeadsetState(({ listening }) => (isListening(listening.state) ? listening.callId : null));
  return (row) => {
    if (heard !== null && (row === null || row.info.callId === heard)) headset.stopListening();
    else if (row && canHear(row)) void headset.listen(row.info.callId);
  };
}
