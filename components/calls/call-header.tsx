"use client";

import { ArrowLeft, Radio } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Elapsed } from "@/components/realtime/elapsed";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { CallView } from "@/lib/contract/call-view";
import { CallerNumber } from "./caller-number";
import { DirectionTag } from "./direction-tag";
import { HoldTag } from "./hold-tag";
import { SimulatedTag } from "./simulated-tag";
import { stateWord } from "./words";

/** Who talks with whom, how long, and whether this is live. `children`: the mode ladder and the way out. */
export function CallHeader({ view, old, children }: { view: CallView; old: boolean; children: ReactNode }) {
  const { info, state, endedAt, connectedAt } = view;
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-3 max-md:flex-col max-md:items-stretch">
      <div className="flex min-w-0 flex-1 items-center gap-2.5">
        <Button asChild variant="ghost" size="icon">
          <Link href="/live" aria-label="Back to the live board">
            <ArrowLeft aria-hidden />
          </Link>
        </Button>
        <div className="grid min-w-0">
          <h1 className="flex min-w-0 items-baseline gap-2 font-semibold text-base leading-6">
            <span className="truncate">{info.agentName ?? `Extension ${info.calleeNumber}`}</span>
            <span className="font-normal text-muted-foreground" aria-hidden>
              ⇄
            </span>
            <span className="sr-only">with</span>
            <CallerNumber info={info} className="font-medium" />
          </h1>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground text-xs">
            <span>{info.teamName ?? "No team"}</span>
            <span aria-hidden>·</span>
            <span>{stateWord(view)}</span>
            <Elapsed
              since={connectedAt ?? info.startedAt}
              until={endedAt}
              className="font-medium text-13 text-foreground"
            />
            <HoldTag heldBy={view.heldBy} info={info} />
            <LiveBadge live={state === "CONNECTED" && view.monitoring === "monitored"} old={old} />
            <DirectionTag direction={info.direction} />
            {info.simulated && <SimulatedTag />}
          </p>
        </div>
      </div>
      {children}
    </header>
  );
}

function LiveBadge({ live, old }: { live: boolean; old: boolean }) {
  if (!live) return null;
  if (old) return <Badge variant="barge">Not live: old data</Badge>;
  return (
    <Badge variant="solid">
      <Radio aria-hidden /> LIVE
    </Badge>
  );
}
