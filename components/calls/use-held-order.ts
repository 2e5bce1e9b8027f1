"use client";

import { type FocusEvent, type PointerEvent, useState } from "react";
import { type BoardEntry, holdOrder } from "./board-order";

const idOf = ({ row }: BoardEntry) => row.info.callId;

/** Keeps rows where they are while the mouse or the focus is among them, so that nothing moves away under a click. */
export function useHeldOrder(sorted: BoardEntry[]) {
  const [held, setHeld] = useState<string[] | null>(null);
  const entries = held === null ? sorted : holdOrder(sorted, { held, idOf });
  const hold = () => setHeld((now) => now ?? sorted.map(idOf));
  return {
    entries,
    held: held !== null,
    release: () => setHeld(null),
    areaProps: {
      onPointerEnter: (event: PointerEvent) => {
        if (event.pointerType === "mouse") hold();
      },
      onPointerLeave: (event: PointerEvent<HTMLElement>) => {
        if (!event.currentTarget.contains(document.activeElement)) setHeld(null);
      },
      onFocus: hold,
      onBlur: (event: FocusEvent<HTMLElement>) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setHeld(null);
      },
    },
  };
}
