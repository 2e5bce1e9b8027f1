"use client";

import { ArrowLeft, AudioLines } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { LocalTime } from "@/components/history/local-time";
import { PageBody } from "@/components/layout/page-body";
import { PageHeader } from "@/components/layout/page-header";
import { Button } from "@/components/ui/button";
import { NEEDLESS_POINTS, NEEDLESS_POINTS_LIMIT } from "@/lib/rehearsal/constants";
import type { StoredRehearsal } from "@/lib/rehearsal/data";
import type { RehearsalResult as Result } from "@/lib/rehearsal/schema";
import { MomentCard, NeedlessList } from "./moment-card";
import { type Coach, coachOf } from "./rehearsal-words";
import { useExcerpt } from "./use-excerpt";

const LOOK_AGAIN_MS = 2500;

/** How a rehearsal went, moment by moment; while it goes on, the way to its call. `teaches` null: not known, or not yet said. */
export function RehearsalResult({ rehearsal, teaches }: { rehearsal: StoredRehearsal; teaches: string | null }) {
  const { title, startedAt, userName, isOwn, callId, result, endedAt } = rehearsal;
  return (
    <PageBody className="max-w-4xl">
      <PageHeader
        title={title}
        description={
          <>
            Rehearsal {isOwn ? "" : `of ${userName} `}· <LocalTime at={startedAt} />
          </>
        }
      >
        <Button asChild variant="outline" size="sm">
          <Link href="/rehearsal">
            <ArrowLeft aria-hidden /> All rehearsals
          </Link>
        </Button>
        {endedAt !== null && (
          <Button asChild variant="outline" size="sm">
            <Link href={`/history/${callId}`}>Whole call</Link>
          </Button>
        )}
      </PageHeader>
      {endedAt === null && <GoingOn rehearsal={rehearsal} />}
      {endedAt !== null && result === null && (
        <p role="status" className="rounded-lg border border-dashed p-6 text-13 text-muted-foreground">
          This rehearsal could not be scored: its call ended before the two were connected, or Earshot was stopped
          meanwhile.
        </p>
      )}
      {endedAt !== null && teaches && (
        <section aria-labelledby="teaches" className="grid gap-1">
          <h2 id="teaches" className="font-medium text-13">
            What this call teaches
          </h2>
          <p className="text-13 text-muted-foreground text-pretty">{teaches}</p>
        </section>
      )}
      {result && <Scored result={result} callId={callId} coach={coachOf(rehearsal)} />}
    </PageBody>
  );
}

function GoingOn({ rehearsal }: { rehearsal: StoredRehearsal }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <div role="status" className="grid justify-items-start gap-3 rounded-lg border bg-card p-5">
      <p className="text-13 text-pretty">
        {rehearsal.isOwn
          ? "This rehearsal goes on. Open its call, listen, and coach the agent when it is needed: approve or edit a suggestion, write your own, or speak."
          : `This rehearsal of ${rehearsal.userName} goes on. Only what they say is scored.`}{" "}
        The result stands here when the call is over.
      </p>
      <Button asChild>
        <Link href={`/live/${rehearsal.callId}`}>
          <AudioLines aria-hidden /> Open the call
        </Link>
      </Button>
    </div>
  );
}

function Scored({ result, callId, coach }: { result: Result; callId: string; coach: Coach }) {
  const player = useExcerpt();
  const caught = result.moments.filter(({ outcome }) => outcome === "caught").length;
  const reached = result.moments.filter(({ outcome }) => outcome !== "unreached").length;
  return (
    <>
      <section aria-label="Score" className="flex flex-wrap items-end gap-x-8 gap-y-2 rounded-lg border bg-card p-5">
        <p className="grid">
          <span className="text-2xs text-muted-foreground">Score</span>
          <span className="font-semibold text-3xl tabular-nums leading-9">
            {result.score ?? "–"}
            <span className="font-normal text-muted-foreground text-sm"> of 100</span>
          </span>
        </p>
        <p className="text-13 tabular-nums">
          {caught} of {reached} moments caught
        </p>
        <p className="text-13 tabular-nums">{result.needless.length} needless</p>
        <p className="basis-full text-2xs text-muted-foreground text-pretty">
          A caught moment is worth 100 at once and 60 at the last second; the score is their mean, less{" "}
          {NEEDLESS_POINTS} for each needless intervention (at most {NEEDLESS_POINTS_LIMIT}).
        </p>
      </section>
      <audio ref={player.audioRef} preload="none" src={`/api/calls/${callId}/recording`} {...player.on} />
      {player.failed && (
        <p role="alert" className="text-13 text-danger">
          The recording could not be played. Recording may be off, or its file is gone.
        </p>
      )}
      <ol aria-label="Moments" className="grid gap-3">
        {result.moments.map((moment) => (
          <MomentCard key={moment.moment} moment={moment} coach={coach} player={player} />
        ))}
      </ol>
      <NeedlessList needless={result.needless} coach={coach} player={player} />
    </>
  );
}
