"use client";

import { Check, Pencil, UserRound, X } from "lucide-react";
import { formatAge } from "@/components/calls/format";
import { useServerNow } from "@/components/realtime/server-clock";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Kbd } from "@/components/ui/kbd";
import type { Suggestion } from "@/lib/contract/coaching";
import type { UtteranceId } from "@/lib/contract/ids";
import { Countdown } from "./countdown";
import { EvidenceList } from "./evidence-list";
import { HearClip } from "./hear-clip";
import { RejectForm } from "./reject-form";
import { UrgencyBadge } from "./urgency-badge";
import { WordsEditor } from "./words-editor";

export type CardMode = "reading" | "editing" | "rejecting";

export type SuggestionCardProps = {
  suggestion: Suggestion;
  userId: string;
  /** The one that keys act on. */
  current: boolean;
  mode: CardMode;
  busy: boolean;
  /** Nothing may be decided: the data is old, or the call is over. */
  disabled: boolean;
  onMode: (mode: CardMode) => void;
  onApprove: (options: { text?: string; force?: boolean }) => void;
  onReject: (reason: string) => void;
  onShow: (id: UtteranceId) => void;
  onFocus: () => void;
};

/** @returns the name of another supervisor who has claimed it, or null. */
export function claimedByOther(suggestion: Suggestion, userId: string): string | null {
  const by = suggestion.claimedBy;
  return by?.kind === "user" && by.userId !== userId ? by.name : null;
}

/** An open suggestion: what would be said, why, how long there is, and the decision. */
export function SuggestionCard(props: SuggestionCardProps) {
  const { suggestion, current, mode, onFocus, onShow } = props;
  const other = claimedByOther(suggestion, props.userId);
  return (
    <article
      aria-label={`Suggestion: ${suggestion.text}`}
      aria-current={current || undefined}
      data-suggestion={suggestion.suggestionId}
      tabIndex={-1}
      onFocus={onFocus}
      className={cn(
        "grid gap-2.5 rounded-lg border bg-card p-3.5 outline-offset-2",
        current && "border-brand/60 ring-1 ring-brand/60",
        suggestion.stale && "border-dashed",
      )}
    >
      <CardHead suggestion={suggestion} />
      {mode === "editing" ? (
        <EditWords {...props} />
      ) : (
        <p className="text-pretty font-medium text-sm leading-5">“{suggestion.text}”</p>
      )}
      <div className="grid gap-1 text-xs">
        <p className="text-muted-foreground">{suggestion.reason}</p>
        <EvidenceList evidence={suggestion.evidence} onShow={onShow} />
      </div>
      {other && (
        <p className="flex items-center gap-1.5 text-barge text-xs">
          <UserRound className="size-3.5" aria-hidden /> {other} is deciding this one
        </p>
      )}
      {mode === "rejecting" && (
        <RejectForm busy={props.busy} onReject={props.onReject} onCancel={() => props.onMode("reading")} />
      )}
      {mode === "reading" && <Decision {...props} disabled={props.disabled || other !== null} />}
    </article>
  );
}

function CardHead({ suggestion }: { suggestion: Suggestion }) {
  const now = useServerNow(1000);
  return (
    <header className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground text-xs tabular-nums">
      <UrgencyBadge urgency={suggestion.urgency} />
      <span className="font-medium text-foreground">{suggestion.ruleLabel}</span>
      {suggestion.stale && (
        <Badge variant="outline" className="border-dashed">
          Stale: the talk has moved on
        </Badge>
      )}
      <span className="ml-auto">{formatAge(Math.max(1000, now - suggestion.proposedAt))} ago</span>
      <Countdown expiresAt={suggestion.expiresAt} />
    </header>
  );
}

function Decision({ suggestion, current, busy, disabled, onApprove, onMode }: SuggestionCardProps) {
  const off = busy || disabled;
  return (
    <footer className="flex flex-wrap items-center gap-2">
      <Button variant="positive" disabled={off} onClick={() => onApprove({})}>
        <Check aria-hidden /> Approve {current && <Kbd>A</Kbd>}
      </Button>
      <Button variant="outline" disabled={off} onClick={() => onMode("editing")}>
        <Pencil aria-hidden /> Edit {current && <Kbd>E</Kbd>}
      </Button>
      <Button variant="outline" disabled={off} onClick={() => onMode("rejecting")}>
        <X aria-hidden /> Reject {current && <Kbd>R</Kbd>}
      </Button>
      <Button
        variant="ghost"
        disabled={off}
        title="Do not wait for a pause in the agent’s speech"
        onClick={() => onApprove({ force: true })}
      >
        Now {current && <Kbd>⇧A</Kbd>}
      </Button>
      <span className="ml-auto flex items-center gap-1">
        <HearClip key={suggestion.clip?.hash} clip={suggestion.clip} clipError={suggestion.clipError} />
      </span>
      <p className="basis-full text-2xs text-muted-foreground">
        Waits for a pause in the agent’s speech; only the agent hears it.
      </p>
    </footer>
  );
}

function EditWords({ suggestion, busy, disabled, onApprove, onMode }: SuggestionCardProps) {
  const off = busy || disabled;
  return (
    <WordsEditor
      label="Words to whisper"
      initial={suggestion.text}
      onSend={(text) => {
        if (!off) onApprove({ text });
      }}
      onCancel={() => onMode("reading")}
      actions={(text) => (
        <>
          <Button type="submit" variant="positive" disabled={off || !text}>
            <Check aria-hidden /> Approve these words <Kbd>Ctrl ↵</Kbd>
          </Button>
          <Button variant="ghost" onClick={() => onMode("reading")}>
            Cancel <Kbd>Esc</Kbd>
          </Button>
        </>
      )}
    />
  );
}
