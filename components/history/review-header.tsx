"use client";

import { ArrowLeft, Radio } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { CallerNumber } from "@/components/calls/caller-number";
import { DirectionTag } from "@/components/calls/direction-tag";
import { formatDuration } from "@/components/calls/format";
import { Mood } from "@/components/calls/mood";
import { SimulatedTag } from "@/components/calls/simulated-tag";
import { Button } from "@/components/ui/button";
import type { StoredCall } from "@/lib/history/types";
import { useHistoryReturn } from "./history-return";
import { endingWords, isStillLive } from "./history-words";
import { LocalTime } from "./local-time";

/** Who talked with whom, when, how long, how it felt and how it ended; and the way back to the list as it was left. */
export function ReviewHeader({ call }: { call: StoredCall }) {
  const back = useHistoryReturn();
  const { view, durationMs, moodAverage } = call;
  const { info } = view;
  const moodAtEnd = view.sentiment.findLast((point) => point.party === "caller") ?? null;
  return (
    <header className="flex flex-wrap items-center gap-x-6 gap-y-3">
      <div className="flex min-w-0 flex-1 items-center gap-2.5">
        <Button asChild variant="ghost" size="icon">
          <Link href={back} aria-label="Back to the history">
            <ArrowLeft aria-hidden />
          </Link>
        </Button>
        <div className="grid min-w-0">
          <h1 className="flex min-w-0 items-baseline gap-2 font-semibold text-base leading-6">
            <span className="truncate">{info.agentName ?? `Extension ${info.calleeNumber}`}</span>
            <span aria-hidden className="font-normal text-muted-foreground">
              ⇄
            </span>
            <span className="sr-only">with</span>
            <CallerNumber info={info} className="font-medium" />
          </h1>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground text-xs">
            <span>{info.teamName ?? "No team"}</span>
            <span aria-hidden>·</span>
            <LocalTime at={info.startedAt} />
            <DirectionTag direction={info.direction} />
            {info.simulated && <SimulatedTag />}
          </p>
        </div>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-2">
        <Fact label="Duration">{durationMs === null ? "—" : formatDuration(durationMs)}</Fact>
        <Fact label="Mood, mean">
          <Mood score={moodAverage} trend={null} />
        </Fact>
        <Fact label="Mood at end">
          <Mood score={moodAtEnd?.rolling ?? null} trend={moodAtEnd?.trend ?? null} />
        </Fact>
        <Fact label="Ended">{endingWords({ ...view, direction: info.direction })}</Fact>
      </dl>
    </header>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid">
      <dt className="text-2xs text-muted-foreground">{label}</dt>
      <dd className="font-medium text-13 tabular-nums">{children}</dd>
    </div>
  );
}

/** Stored so far: the live page shows the rest as it happens. */
export function StillLive({ view }: Pick<StoredCall, "view">) {
  if (!isStillLive(view)) return null;
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 rounded-lg border bg-muted px-3.5 py-2.5 text-13">
      <Radio aria-hidden className="size-4 shrink-0" />
      <p className="flex-1">
        <b className="font-medium">This call is still going on.</b> Here is what was kept of it when this page was
        opened.
      </p>
      <Button asChild size="sm">
        <Link href={`/live/${view.info.callId}`}>Open the live call</Link>
      </Button>
    </div>
  );
}
