"use client";

import { Headphones, Loader } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { BoardRow } from "@/lib/contract/board";
import { canHear } from "./can-hear";
import { useListen } from "./use-listen";

/** Hear a call without leaving the board; lit while it is heard. */
export function RowListen({
  row,
  className,
}: {
  row: Pick<BoardRow, "info" | "state" | "monitoring">;
  className?: string;
}) {
  const { state, isOn, toggle } = useListen(row.info.callId);
  const who = row.info.agentName ?? `extension ${row.info.calleeNumber}`;
  if (!isOn && !canHear(row)) return null;
  const Icon = state === "starting" ? Loader : Headphones;
  return (
    <Button
      size="icon-sm"
      variant={isOn ? "brand" : "ghost"}
      aria-pressed={isOn}
      aria-label={isOn ? `Stop listening to ${who}` : `Listen to ${who}`}
      title={isOn ? "Stop listening (L)" : "Listen (L)"}
      onClick={toggle}
      className={cn("relative z-10", !isOn && "text-muted-foreground", className)}
    >
      <Icon aria-hidden className={cn(state === "starting" && "animate-spin")} />
    </Button>
  );
}
