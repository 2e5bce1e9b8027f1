import { formatAge } from "@/components/calls/format";
import { useOtherParty } from "@/components/calls/other-party";
import { cn } from "@/components/ui/cn";
import type { TalkMetrics } from "@/lib/contract/sentiment";

/** Silence that goes on longer than this is shown as a warning, milliseconds. */
const LONG_SILENCE_MS = 8000;

export type TalkFigures = { callerShare: number; agentShare: number; overlap: number; silence: number };

/** @returns shares in whole percent: of the talking for the two, of the time for overlap and silence; null before anyone spoke. */
export function talkFigures(talk: TalkMetrics): TalkFigures | null {
  const talking = talk.callerTalkMs + talk.agentTalkMs;
  if (talking === 0 || talk.elapsedMs === 0) return null;
  const callerShare = Math.round((100 * talk.callerTalkMs) / talking);
  return {
    callerShare,
    agentShare: 100 - callerShare,
    overlap: Math.round((100 * talk.overlapMs) / talk.elapsedMs),
    silence: Math.round((100 * talk.silenceMs) / talk.elapsedMs),
  };
}

/** Who talks how much, at once, not at all, and how fast. */
export function TalkPanel({ talk }: { talk: TalkMetrics | null }) {
  const { speaker } = useOtherParty();
  const figures = talk && talkFigures(talk);
  if (!talk || !figures) return <p className="text-muted-foreground text-xs">Nobody has spoken yet</p>;
  const silent = talk.currentSilenceMs >= LONG_SILENCE_MS;
  return (
    <div className="grid gap-2 text-xs tabular-nums">
      <div className="grid gap-1">
        <div className="flex justify-between">
          <span>
            {speaker} {figures.callerShare} %
          </span>
          <span className="text-muted-foreground">Agent {figures.agentShare} %</span>
        </div>
        <div aria-hidden className="flex h-1.5 gap-0.5 overflow-hidden rounded-full">
          <span className="bg-foreground" style={{ width: `${figures.callerShare}%` }} />
          <span className="flex-1 bg-control/60" />
        </div>
      </div>
      <dl className="flex flex-wrap gap-x-4 gap-y-1 text-muted-foreground">
        <Figure label="overlap" value={`${figures.overlap} %`} />
        <Figure label="silence" value={`${figures.silence} %`} />
        <Figure label="interruptions" value={String(talk.agentInterruptions)} />
        <Figure label="pace" value={pace(talk)} />
        {talk.currentSilenceMs >= 1000 && (
          <Figure label="silent for" value={formatAge(talk.currentSilenceMs)} className={cn(silent && "text-barge")} />
        )}
      </dl>
    </div>
  );
}

function pace({ callerWordsPerMinute, agentWordsPerMinute }: TalkMetrics): string {
  const words = (value: number | null) => (value === null ? "—" : String(Math.round(value)));
  return `${words(callerWordsPerMinute)} / ${words(agentWordsPerMinute)} words a minute`;
}

function Figure({ label, value, className }: { label: string; value: string; className?: string }) {
  return (
    <div className={cn("flex gap-1", className)}>
      <dt>{label}</dt>
      <dd className="font-medium text-foreground">{value}</dd>
    </div>
  );
}
