"use client";

import { Loader, Lock, LockOpen, Mic, MicOff } from "lucide-react";
import type { KeyboardEvent, PointerEvent } from "react";
import { useState } from "react";
import { Elapsed } from "@/components/realtime/elapsed";
import { useServerNow } from "@/components/realtime/server-clock";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Kbd } from "@/components/ui/kbd";
import type { CallView } from "@/lib/contract/call-view";
import { useHeadsetState } from "@/lib/headset/client";
import { FloorLine } from "./floor-line";
import { LevelMeter, microphoneLevel } from "./level-meter";
import { RowListen } from "./row-listen";
import { modeOfPress, type SpeakLook, speakLook, speakWords } from "./speak-words";
import { useHold } from "./use-hold";
import { useSpeaking } from "./use-speaking";

const lit = {
  whisper: "border-transparent bg-whisper text-whisper-foreground hover:bg-whisper",
  barge: "border-transparent bg-barge text-barge-foreground hover:bg-barge",
} as const;

type SpeakControlProps = {
  view: CallView;
  userId: string;
  can: boolean;
  /** Whether this person has said yes to being heard by both, on this call. */
  bargeAgreed: boolean;
  onAskBarge: () => void;
};

/** Push to talk: held by space bar, mouse, finger or Enter; or latched. */
export function SpeakControl(props: SpeakControlProps) {
  const { view, userId, can } = props;
  const { look, detail, hold, latch, openSheet } = useSpeakControl(props);
  const isLatchable = look.kind === "closed" || look.kind === "open";
  return (
    <div className="grid min-w-0 gap-1 max-md:w-full">
      <div className="flex items-center gap-1">
        <SpeakButton look={look} hold={hold} onLatch={latch} onHelp={openSheet} />
        <Button
          size="icon"
          variant={look.kind === "open" && look.isLatched ? "secondary" : "ghost"}
          aria-pressed={look.kind === "open" && look.isLatched}
          aria-label="Keep the microphone open"
          title="Latch: speak without holding"
          disabled={!isLatchable}
          onClick={latch}
        >
          {look.kind === "open" && look.isLatched ? <Lock aria-hidden /> : <LockOpen aria-hidden />}
        </Button>
        {/* Where the page is stacked the listen bar lies far below. */}
        <RowListen row={view} className="lg:hidden pointer-coarse:size-10" />
      </div>
      <FloorLine view={view} userId={userId} look={look} detail={detail} disabled={!can} />
    </div>
  );
}

function useSpeakControl({ view, userId, can, bargeAgreed, onAskBarge }: SpeakControlProps) {
  const { callId } = view.info;
  const { begin, end, openSheet, isWarming } = useSpeaking(callId);
  const speaking = useHeadsetState((state) => state.speaking);
  const microphone = useHeadsetState((state) => state.microphone);
  const mode = view.modeUnknown ? null : view.mode;
  const look = speakLook({ callId, userId, mode, can, floor: view.floor, isWarming, speaking, microphone });
  const isLatched = look.kind === "open" && look.isLatched;
  const start = (how: { isLatched: boolean }) => {
    if (look.kind === "trouble") return openSheet();
    if (look.kind !== "closed") return;
    const next = modeOfPress(mode);
    if (next === "barge" && !bargeAgreed) return onAskBarge();
    begin({ mode: next, ...how });
  };
  const hold = useHold({
    onPress: () => (isLatched ? end() : start({ isLatched: false })),
    onRelease: () => {
      // What was latched meanwhile stays; nothing else may stay open.
      if (!isLatched) end();
    },
  });
  const latch = () => (look.kind === "open" || look.kind === "starting" ? end() : start({ isLatched: true }));
  const isTold = speaking.state === "closed" || look.kind === "open";
  return { look, detail: isTold ? speaking.detail : null, hold, latch, openSheet };
}

function SpeakButton(props: {
  look: SpeakLook;
  hold: ReturnType<typeof useHold>;
  onLatch: () => void;
  onHelp: () => void;
}) {
  const { look, hold, onLatch, onHelp } = props;
  const isOpen = look.kind === "open";
  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture?.(event.pointerId);
    hold.press();
  };
  const isHoldKey = (event: KeyboardEvent) => event.key === "Enter" || event.key === " ";
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isHoldKey(event)) return;
    event.preventDefault();
    if (!event.repeat) hold.press();
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (!isHoldKey(event)) return;
    event.preventDefault();
    hold.release();
  };
  return (
    <Button
      variant="outline"
      aria-pressed={isOpen}
      aria-busy={look.kind === "starting"}
      aria-disabled={look.kind === "blocked"}
      aria-keyshortcuts="Space"
      onPointerDown={onPointerDown}
      onPointerUp={hold.release}
      onPointerCancel={hold.release}
      onLostPointerCapture={hold.release}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={onKeyDown}
      onKeyUp={onKeyUp}
      onClick={(event) => {
        // Neither pointer nor key: a screen reader or a voice command, which cannot hold.
        if (event.detail === 0) (look.kind === "trouble" ? onHelp : onLatch)();
      }}
      className={cn(
        "min-w-48 flex-1 touch-none select-none justify-start pointer-coarse:h-12",
        isOpen && lit[look.mode],
        look.kind === "starting" && "border-foreground/50 border-dashed",
        look.kind === "trouble" && "border-danger/40 text-danger",
      )}
    >
      <SpeakFace look={look} />
    </Button>
  );
}

function SpeakFace({ look }: { look: SpeakLook }) {
  switch (look.kind) {
    case "open":
      return (
        <>
          <Mic aria-hidden />
          {speakWords[look.mode].now}
          <LevelMeter of={microphoneLevel} className="ml-auto w-12 min-w-0 text-current" />
          <OpenTimer />
        </>
      );
    case "starting":
      return (
        <>
          <Loader aria-hidden className="animate-spin" /> Waiting…
        </>
      );
    case "stopping":
      return (
        <>
          <Loader aria-hidden className="animate-spin" /> Closing…
        </>
      );
    case "trouble":
      return (
        <>
          <MicOff aria-hidden /> {look.why}
        </>
      );
    case "blocked":
      return (
        <>
          <MicOff aria-hidden /> Speak
          <Kbd className="ml-auto">Space</Kbd>
        </>
      );
    case "closed":
      return (
        <>
          <Mic aria-hidden /> {speakWords[look.mode].hold}
          <Kbd className="ml-auto">Space</Kbd>
        </>
      );
  }
}

/** Counts from when the microphone opened. */
function OpenTimer() {
  const now = useServerNow(1000);
  const [since] = useState(now);
  return <Elapsed since={since} className="text-xs" />;
}
