"use client";

import { useCommandState } from "cmdk";
import { Headphones, Settings2, Square } from "lucide-react";
import { usePathname } from "next/navigation";
import { shortNumber } from "@/components/calls/format";
import { CommandGroup, CommandItem } from "@/components/ui/command";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import { useBoard } from "@/lib/realtime/client";
import { canHear } from "./can-hear";
import { useHeadsetSheet } from "./headset-sheet-context";
import { isListening } from "./listen-words";

/** The headset's entries of the command palette. Every call can be heard by typing "listen"; until then only the open one is offered. */
export function ListenItems({ then }: { then: (run: () => void) => () => void }) {
  const headset = useHeadset();
  const openSheet = useHeadsetSheet();
  const path = usePathname();
  const search = useCommandState((state) => state.search);
  const heard = useHeadsetState(({ listening }) => (isListening(listening.state) ? listening.callId : null));
  const calls = useBoard().rows.filter((row) => canHear(row) && row.info.callId !== heard);
  const shown = search !== "" ? calls : calls.filter(({ info }) => path === `/live/${info.callId}`);
  return (
    <CommandGroup heading="Headset">
      {heard !== null && (
        <CommandItem value="stop listening" onSelect={then(() => headset.stopListening())}>
          <Square aria-hidden /> Stop listening
        </CommandItem>
      )}
      {shown.map(({ info }) => (
        <CommandItem
          key={info.callId}
          value={`listen to ${info.agentName ?? info.calleeNumber} ${info.callerName ?? info.callerNumber} ${info.callId}`}
          onSelect={then(() => void headset.listen(info.callId))}
        >
          <Headphones aria-hidden />
          <span className="min-w-0 flex-1 truncate">
            Listen to {info.agentName ?? info.calleeNumber} <span className="text-muted-foreground">⇄</span>{" "}
            {info.callerName ?? shortNumber(info.callerNumber)}
          </span>
        </CommandItem>
      ))}
      <CommandItem value="headset settings microphone headphones" onSelect={then(openSheet)}>
        <Settings2 aria-hidden /> Headset settings
      </CommandItem>
    </CommandGroup>
  );
}
