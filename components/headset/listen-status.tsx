"use client";

import { CircleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { CallId } from "@/lib/contract/ids";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import { isListening, type ListenWords, listenWords } from "./listen-words";

const tones: Record<ListenWords["tone"], string> = {
  good: "text-whisper",
  waiting: "text-muted-foreground",
  bad: "font-medium text-danger",
};

/** What one hears of this call now, in words, and, where it failed and there is still something to hear, the way on. */
export function ListenStatus(props: { callId: CallId; canRetry: boolean; className?: string }) {
  const { callId, canRetry, className } = props;
  const headset = useHeadset();
  const listening = useHeadsetState((state) => state.listening);
  const isHere = listening.callId === callId;
  const words = isHere ? listenWords(listening) : null;
  return (
    <span className={cn("flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-2xs tabular-nums", className)}>
      <span role="status" className={cn("inline-flex items-center gap-1.5", words && tones[words.tone])}>
        {words?.tone === "good" && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-current" />}
        {words?.tone === "bad" && <CircleAlert className="size-3.5 shrink-0" aria-hidden />}
        {words?.text}
        {!isHere && isListening(listening.state) && (
          <span className="text-muted-foreground">You hear another call; this one would take its place.</span>
        )}
      </span>
      {isHere && canRetry && listening.state === "failed" && (
        <Button size="sm" variant="outline" onClick={() => void headset.listen(callId)}>
          Try again
        </Button>
      )}
    </span>
  );
}
