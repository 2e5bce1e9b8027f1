import { ArrowRight, Play, ShieldAlert, ShieldCheck } from "lucide-react";
import { formatPosition, formatScore } from "@/components/calls/format";
import { useOtherParty } from "@/components/calls/other-party";
import { moodText } from "@/components/calls/words";
import { AgentAnswer } from "@/components/coaching/agent-answer";
import { sentimentChange } from "@/components/coaching/effect";
import { EvidenceList } from "@/components/coaching/evidence-list";
import { HearClip } from "@/components/coaching/hear-clip";
import { outcomeWord, proofWords } from "@/components/coaching/proof-words";
import { UrgencyBadge } from "@/components/coaching/urgency-badge";
import { Badge, type BadgeVariant } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Suggestion, SuggestionState } from "@/lib/contract/coaching";
import type { UtteranceId } from "@/lib/contract/ids";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import { LocalTime } from "./local-time";
import { positionOf } from "./recording-position";
import { ReviewSection } from "./review-section";
import { proofFacts, stepLines } from "./suggestion-steps";

type Shared = {
  sentiment: SentimentPoint[];
  audioStartedAt: number | null;
  /** Goes to a place of the recording; null where there is none. */
  onSeek: ((atMs: number) => void) | null;
  onShow: (id: UtteranceId) => void;
};

/** Every suggestion of the call with all its steps: also those that were rejected, expired or changed. */
export function ReviewSuggestions({ suggestions, ...shared }: Shared & { suggestions: Suggestion[] }) {
  return (
    <ReviewSection title="Suggestions" amount={suggestions.length}>
      {suggestions.length === 0 ? (
        <p className="text-13 text-muted-foreground">Nothing was suggested in this call.</p>
      ) : (
        <ol className="grid gap-3">
          {suggestions.map((suggestion) => (
            <li key={suggestion.suggestionId}>
              <Reviewed suggestion={suggestion} {...shared} />
            </li>
          ))}
        </ol>
      )}
    </ReviewSection>
  );
}

const outcomeLooks: Partial<Record<SuggestionState, BadgeVariant>> = {
  spoken: "whisper",
  rejected: "outline",
  expired: "idle",
  interrupted: "danger",
  failed: "danger",
};

function Reviewed({ suggestion, sentiment, audioStartedAt, onSeek, onShow }: Shared & { suggestion: Suggestion }) {
  const proposedMs = positionOf({ at: suggestion.proposedAt, audioStartedAt });
  return (
    <article
      aria-label={`${outcomeWord(suggestion)}: ${suggestion.text}`}
      className="grid gap-2 rounded-lg border p-3.5 text-13"
    >
      <header className="flex flex-wrap items-center gap-2 text-xs">
        <Badge variant={outcomeLooks[suggestion.state] ?? "default"}>{outcomeWord(suggestion)}</Badge>
        <UrgencyBadge urgency={suggestion.urgency} />
        <span className="text-muted-foreground">{suggestion.ruleLabel}</span>
        {proposedMs !== null && (
          <Position atMs={proposedMs} onSeek={onSeek} label="Go to where it was proposed" className="ml-auto" />
        )}
      </header>
      <p className="text-pretty text-sm leading-5">“{suggestion.text}”</p>
      {suggestion.reason && <p className="text-muted-foreground text-xs">Because: {suggestion.reason}</p>}
      <EvidenceList evidence={suggestion.evidence} onShow={onShow} />
      <Steps suggestion={suggestion} audioStartedAt={audioStartedAt} />
      <AgentAnswer response={suggestion.agentResponse} by={suggestion.agentResponseBy} />
      <Proof suggestion={suggestion} />
      <Effect {...{ suggestion, sentiment, audioStartedAt }} />
      <Clip suggestion={suggestion} />
    </article>
  );
}

function Position({
  atMs,
  onSeek,
  label,
  className,
}: {
  atMs: number;
  onSeek: Shared["onSeek"];
  label: string;
  className?: string;
}) {
  const text = formatPosition(atMs);
  if (!onSeek) return <span className={cn("text-muted-foreground tabular-nums", className)}>{text}</span>;
  return (
    <Button
      variant="ghost"
      size="sm"
      aria-label={`${label}, ${text}`}
      className={cn("tabular-nums", className)}
      onClick={() => onSeek(atMs)}
    >
      <Play aria-hidden className="size-3" /> {text}
    </Button>
  );
}

function Steps({ suggestion, audioStartedAt }: { suggestion: Suggestion; audioStartedAt: number | null }) {
  return (
    <ol aria-label="Steps" className="grid gap-1 border-l-2 pl-3 text-xs">
      {stepLines(suggestion).map(({ key, at, text, detail, change }) => {
        const atMs = positionOf({ at, audioStartedAt });
        return (
          <li key={key} className="grid gap-0.5">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="w-11 text-muted-foreground tabular-nums">
                {atMs === null ? "" : formatPosition(atMs)}
              </span>
              <span className="min-w-0 flex-1">
                {text}
                {detail && <span className="text-muted-foreground">: {detail}</span>}
              </span>
              <LocalTime at={at} shape="clock" className="text-2xs text-muted-foreground" />
            </p>
            {change && (
              <p className="flex flex-wrap items-baseline gap-x-1.5 pl-13">
                <del className="text-muted-foreground">
                  <span className="sr-only">from </span>“{change.from}”
                </del>
                <ArrowRight aria-hidden className="size-3 shrink-0 self-center text-muted-foreground" />
                <ins className="no-underline">
                  <span className="sr-only">to </span>“{change.to}”
                </ins>
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Proof({ suggestion: { proof } }: { suggestion: Suggestion }) {
  const { noun } = useOtherParty();
  if (!proof) return null;
  const { tone, text } = proofWords(proof, { other: noun });
  const Icon = tone === "good" ? ShieldCheck : ShieldAlert;
  return (
    <div className="grid text-xs">
      <p className={cn("flex items-center gap-1.5", tone === "good" ? "text-whisper" : "font-medium text-danger")}>
        <Icon aria-hidden className="size-3.5 shrink-0" /> {text}
      </p>
      <p className="pl-5 text-2xs text-muted-foreground tabular-nums">{proofFacts(proof)}</p>
    </div>
  );
}

function Effect({
  suggestion,
  sentiment,
  audioStartedAt,
}: Pick<Shared, "sentiment" | "audioStartedAt"> & { suggestion: Suggestion }) {
  const effect = sentimentChange({ suggestion, sentiment, audioStartedAt });
  if (!effect) return null;
  const tone = effect.change < -0.05 ? "negative" : effect.change > 0.05 ? "positive" : "neutral";
  return (
    <p className="text-muted-foreground text-xs">
      Customer <span className={cn("font-medium tabular-nums", moodText[tone])}>{formatScore(effect.change)}</span>{" "}
      after it: mean of {effect.after} lines after against {effect.before} before; not a proof of cause.
    </p>
  );
}

const HASH_SHOWN = 12;

/** The clip that was, or would have been, played: known by its hash. */
function Clip({ suggestion: { clip, clipError } }: { suggestion: Suggestion }) {
  if (!clip && !clipError) return null;
  return (
    <footer className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <HearClip clip={clip} clipError={clipError} />
      {clip && (
        <span className="text-2xs text-muted-foreground" title={clip.hash}>
          clip <code className="font-mono">{clip.hash.slice(0, HASH_SHOWN)}</code>
        </span>
      )}
    </footer>
  );
}
