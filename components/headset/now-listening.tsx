"use client";

import { FastForward, Headphones, Square, X } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { CallerNumber } from "@/components/calls/caller-number";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { CallInfo } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import type { ListeningState } from "@/lib/headset/types";
import { useBoard } from "@/lib/realtime/client";
import { canHear } from "./can-hear";
import { LevelMeter, loudestLevel } from "./level-meter";
import { StartSound } from "./listen-bar";
import { ListenStatus } from "./listen-status";
import { isListening } from "./listen-words";

/** At the foot of every page while a call is heard; on that call's own page only where its listen bar may be out of sight. */
export function NowListening() {
  const { state, callId } = useHeadsetState((headset) => headset.listening);
  if (callId === null || (!isListening(state) && state !== "failed")) return null;
  return <ListeningTo callId={callId} state={state} />;
}

function ListeningTo({ callId, state }: { callId: CallId; state: ListeningState }) {
  const path = usePathname();
  // Who is heard is asked of the board, which every supervisor may see, and only while a call is heard.
  const row = useBoard().rows.find(({ info }) => info.callId === callId) ?? null;
  const isOnItsPage = path === `/live/${callId}`;
  if (state === "failed" && isOnItsPage) return null;
  return (
    <section
      aria-label="Now listening"
      className={cn(
        "flex min-h-11 shrink-0 items-center gap-x-3 gap-y-1 border-t bg-card px-4 py-1 text-13 lg:px-6",
        isOnItsPage && "lg:hidden",
      )}
    >
      <Headphones className="size-4 shrink-0 text-brand" aria-hidden />
      <CallNames info={row?.info ?? null} />
      {state !== "failed" && <LevelMeter of={loudestLevel} className="w-14 shrink-0 max-sm:w-8" />}
      <ListenStatus callId={callId} canRetry={row !== null && canHear(row)} className="flex-1 basis-20" />
      <Controls callId={callId} isOnItsPage={isOnItsPage} />
    </section>
  );
}

function Controls({ callId, isOnItsPage }: { callId: CallId; isOnItsPage: boolean }) {
  const headset = useHeadset();
  const state = useHeadsetState(({ listening }) => listening.state);
  return (
    <span className="flex shrink-0 items-center gap-1">
      {state === "needs-gesture" && <StartSound />}
      {state === "behind" && (
        <Button size="sm" variant="ghost" aria-label="Back to live" onClick={() => headset.jumpToLive()}>
          <FastForward aria-hidden /> Live
        </Button>
      )}
      {!isOnItsPage && (
        <Button asChild size="sm" variant="ghost">
          <Link href={`/live/${callId}`}>Open</Link>
        </Button>
      )}
      {state === "failed" ? (
        <Button size="icon-sm" variant="ghost" aria-label="Put away" onClick={() => headset.stopListening()}>
          <X aria-hidden />
        </Button>
      ) : (
        <Button size="sm" variant="outline" aria-label="Stop listening" onClick={() => headset.stopListening()}>
          <Square aria-hidden /> <span className="max-sm:sr-only">Stop</span>
        </Button>
      )}
    </span>
  );
}

/** Null: a call that is gone from the board has no names any more. */
function CallNames({ info }: { info: CallInfo | null }) {
  if (!info) return <span className="min-w-0 truncate">A call</span>;
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      <span className="sr-only">You hear </span>
      <span className="truncate font-medium">{info.agentName ?? `Extension ${info.calleeNumber}`}</span>
      <span className="text-muted-foreground max-sm:hidden" aria-hidden>
        ⇄
      </span>
      <CallerNumber info={info} className="truncate max-sm:hidden" />
    </span>
  );
}
