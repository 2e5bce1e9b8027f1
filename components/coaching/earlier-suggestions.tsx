import { Ban, Check, Clock, OctagonX, ShieldAlert, ShieldCheck, TriangleAlert } from "lucide-react";
import { formatPosition, formatScore } from "@/components/calls/format";
import { useOtherParty } from "@/components/calls/other-party";
import { moodText } from "@/components/calls/words";
import { cn } from "@/components/ui/cn";
import type { Suggestion } from "@/lib/contract/coaching";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import { AgentAnswer } from "./agent-answer";
import { sentimentChange } from "./effect";
import { outcomeDetail, outcomeWord, proofWords } from "./proof-words";

const icons: Partial<Record<Suggestion["state"], typeof Check>> = {
  spoken: Check,
  rejected: Ban,
  expired: Clock,
  interrupted: OctagonX,
  failed: TriangleAlert,
};

type Props = { suggestions: Suggestion[]; sentiment: SentimentPoint[]; audioStartedAt: number | null };

/** What became of the suggestions before, newest first, with the proof and the customer's mood after it. */
export function EarlierSuggestions({ suggestions, sentiment, audioStartedAt }: Props) {
  if (suggestions.length === 0) return null;
  return (
    <ol aria-label="Earlier suggestions" className="divide-y rounded-lg border bg-card">
      {suggestions.map((suggestion) => (
        <Earlier key={suggestion.suggestionId} {...{ suggestion, sentiment, audioStartedAt }} />
      ))}
    </ol>
  );
}

function Earlier({ suggestion, sentiment, audioStartedAt }: Omit<Props, "suggestions"> & { suggestion: Suggestion }) {
  const Icon = icons[suggestion.state] ?? Clock;
  const last = suggestion.steps.at(-1);
  const effect = sentimentChange({ suggestion, sentiment, audioStartedAt });
  const detail = outcomeDetail(suggestion);
  const bad = suggestion.state === "failed" || suggestion.state === "interrupted";
  return (
    <li className="grid gap-1 px-3.5 py-2.5">
      <p className="flex flex-wrap items-center gap-x-2 text-muted-foreground text-xs tabular-nums">
        <span className={cn("inline-flex items-center gap-1.5 font-medium text-foreground", bad && "text-danger")}>
          <Icon className="size-3.5" aria-hidden /> {outcomeWord(suggestion)}
        </span>
        {last && audioStartedAt !== null && <span>{formatPosition(last.at - audioStartedAt)}</span>}
        <span>{suggestion.ruleLabel}</span>
        {effect && (
          <span
            className={cn(
              "ml-auto",
              moodText[effect.change < -0.05 ? "negative" : effect.change > 0.05 ? "positive" : "neutral"],
            )}
            title={`Mean of ${effect.after} customer lines after against ${effect.before} before; not a proof of cause.`}
          >
            customer {formatScore(effect.change)} after
          </span>
        )}
      </p>
      <p className="line-clamp-2 text-13">“{suggestion.text}”</p>
      {detail && <p className="text-2xs text-muted-foreground">{detail}</p>}
      <AgentAnswer response={suggestion.agentResponse} className="text-2xs" />
      <Proof suggestion={suggestion} />
    </li>
  );
}

function Proof({ suggestion: { proof } }: { suggestion: Suggestion }) {
  const { noun } = useOtherParty();
  if (!proof) return null;
  const { tone, text } = proofWords(proof, { other: noun });
  const Icon = tone === "good" ? ShieldCheck : ShieldAlert;
  return (
    <p className={cn("flex items-center gap-1 text-2xs", tone === "good" ? "text-whisper" : "font-medium text-danger")}>
      <Icon className="size-3.5 shrink-0" aria-hidden /> {text}
    </p>
  );
}
