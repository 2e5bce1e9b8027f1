"use client";

import { Hand, X } from "lucide-react";
import { useState } from "react";
import { Notice } from "@/components/calls/notice";
import { Button } from "@/components/ui/button";
import { actorName } from "@/lib/contract/actor-name";
import type { CallView } from "@/lib/contract/call-view";
import { isUser } from "./speak-words";
import { useFloor } from "./use-floor";

/** To who holds the floor: somebody else would like to speak. One click hands over; a no needs none, and can be put away. */
export function FloorRequest({ view, userId }: { view: Pick<CallView, "floor" | "info">; userId: string }) {
  const { holder, askedBy } = view.floor;
  const commands = useFloor(view.info.callId);
  const asker = askedBy && actorName(askedBy);
  const [putAway, setPutAway] = useState<string | null>(null);
  if (asker === null && putAway !== null) setPutAway(null);
  if (!isUser(holder, userId) || asker === null || putAway === asker) return null;
  return (
    <Notice
      tone="idle"
      icon={Hand}
      action={
        <span className="flex gap-1">
          <Button size="sm" disabled={commands.busy} onClick={commands.handOver}>
            Hand over
          </Button>
          <Button size="icon-sm" variant="ghost" aria-label="Not now" onClick={() => setPutAway(asker)}>
            <X aria-hidden />
          </Button>
        </span>
      }
    >
      <b className="font-medium">{asker} asks to speak.</b> Handing over closes your microphone.
    </Notice>
  );
}
