"use client";

import { History, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import type { CallId } from "@/lib/contract/ids";
import { useOtherParty } from "./other-party";

const REWIND_SECONDS = 30;

/** The last half minute of the call, caller left and agent right, in this browser only. */
export function RewindPlayer({ callId, disabled }: { callId: CallId; disabled: boolean }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState<"idle" | "loading" | "playing" | "failed">("idle");
  useEffect(() => {
    const element = audio.current;
    return () => element?.pause();
  }, []);
  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    if (state === "playing" || state === "loading") {
      element.pause();
      setState("idle");
      return;
    }
    setState("loading");
    // A fresh address each time: it is always the last half minute before the click.
    element.src = `/api/calls/${callId}/audio?lastSeconds=${REWIND_SECONDS}&at=${Date.now()}`;
    element.play().then(
      () => setState("playing"),
      () => setState((now) => (now === "idle" ? now : "failed")),
    );
  };
  const { noun } = useOtherParty();
  const active = state === "playing" || state === "loading";
  return (
    <div className="flex items-center gap-2">
      <Button variant="ghost" size="sm" disabled={disabled} onClick={toggle}>
        {active ? <Square aria-hidden /> : <History aria-hidden />}
        {active ? "Stop" : `Last ${REWIND_SECONDS} s`}
      </Button>
      <span role="status" className="text-2xs text-muted-foreground">
        {state === "loading" && "loading…"}
        {state === "playing" && `${noun} left, agent right`}
        {state === "failed" && "no audio could be had; try again"}
      </span>
      {/* biome-ignore lint/a11y/useMediaCaption: the transcript stands above it */}
      <audio ref={audio} preload="none" onEnded={() => setState("idle")} />
    </div>
  );
}
