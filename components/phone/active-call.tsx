"use client";

import { Grid3x3, Mic, MicOff, Pause, PhoneOff, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { formatDuration } from "@/components/calls/format";
import { LevelBar } from "@/components/headset/level-bar";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { PhoneState } from "@/lib/contract/softphone";
import { DialPad } from "./dial-pad";
import { peerName } from "./phone-words";
import type { PhoneControls } from "./use-phone";

type Call = Extract<PhoneState, { state: "calling" | "connected" }>;

/** A call on its way or going on: who, how long, how loud, and what one can do. */
export function ActiveCall({
  call,
  connectedAt,
  controls,
}: {
  call: Call;
  connectedAt: number | null;
  controls: PhoneControls;
}) {
  const [hasPad, setHasPad] = useState(false);
  const isConnected = call.state === "connected";
  return (
    <div className="grid gap-4">
      <div className="grid justify-items-center gap-1 text-center">
        <p className="max-w-full truncate font-medium text-lg">{peerName(call.peer)}</p>
        <p className="text-13 text-muted-foreground">{call.peer.name ? call.peer.number : ""}</p>
        <CallStatus call={call} connectedAt={connectedAt} />
      </div>
      {isConnected && (
        <div className="grid grid-cols-[5.5rem_1fr] items-center gap-2 text-muted-foreground text-xs">
          <span aria-hidden>Other side</span>
          <LevelBar label="Other side" level={() => controls.levels().heard} />
          <span aria-hidden>You</span>
          <LevelBar label="You" level={() => controls.levels().microphone} />
        </div>
      )}
      <div className="flex flex-wrap justify-center gap-2">
        {isConnected && <CallToggles call={call} controls={controls} />}
        {isConnected && (
          <Button
            variant="outline"
            size="lg"
            aria-expanded={hasPad}
            disabled={call.isHolding}
            onClick={() => setHasPad(!hasPad)}
          >
            <Grid3x3 aria-hidden /> Keypad
          </Button>
        )}
        <Button variant="destructive" size="lg" onClick={() => controls.request({ type: "hang-up" })}>
          <PhoneOff aria-hidden /> Hang up
        </Button>
      </div>
      {isConnected && hasPad && (
        <DialPad
          label="Keypad"
          disabled={call.isHolding}
          onKey={(digits) => controls.request({ type: "digits", digits })}
        />
      )}
    </div>
  );
}

function CallToggles({ call, controls }: { call: Extract<Call, { state: "connected" }>; controls: PhoneControls }) {
  const { isMuted, isHolding } = call;
  return (
    <>
      <Button
        variant={isMuted ? "default" : "outline"}
        size="lg"
        aria-pressed={isMuted}
        onClick={() => controls.request({ type: "mute", isMuted: !isMuted })}
      >
        {isMuted ? <MicOff aria-hidden /> : <Mic aria-hidden />} {isMuted ? "Muted" : "Mute"}
      </Button>
      <Button
        variant={isHolding ? "default" : "outline"}
        size="lg"
        aria-pressed={isHolding}
        onClick={() => controls.request({ type: "hold", isHeld: !isHolding })}
      >
        {isHolding ? <Play aria-hidden /> : <Pause aria-hidden />} {isHolding ? "Resume" : "Hold"}
      </Button>
    </>
  );
}

function CallStatus({ call, connectedAt }: { call: Call; connectedAt: number | null }) {
  if (call.state === "calling")
    return (
      <p role="status" className="text-13 text-muted-foreground">
        {call.isRinging ? "Ringing…" : "Calling…"}
      </p>
    );
  return (
    <div className="flex flex-wrap items-center justify-center gap-2">
      <span role="status" className="sr-only">
        Connected
      </span>
      <CallTimer since={connectedAt} />
      <span role="status" className="flex gap-1">
        {call.isMuted && <Badge variant="barge">You are muted</Badge>}
        {call.isHolding && <Badge variant="barge">On hold: you hear nobody</Badge>}
        {call.isHeld && <Badge variant="barge">You are on hold</Badge>}
      </span>
    </div>
  );
}

function CallTimer({ since }: { since: number | null }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <span role="timer" aria-label="Call duration" className="text-xl tabular-nums">
      {formatDuration(since === null ? 0 : now - since)}
    </span>
  );
}
