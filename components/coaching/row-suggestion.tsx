"use client";

import { Check, X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Suggestion } from "@/lib/contract/coaching";
import { Countdown } from "./countdown";

/** The first of a set of open suggestions: urgent before normal before low, then the one that expires first. */
export function firstOf(suggestions: Suggestion[]): Suggestion | undefined {
  const rank = { urgent: 0, normal: 1, low: 2 } as const;
  return [...suggestions].sort((a, b) => rank[a.urgency] - rank[b.urgency] || a.expiresAt - b.expiresAt)[0];
}

/** An open suggestion answered from the board: its whole text, and the two buttons. */
export function RowSuggestion({
  suggestion,
  more,
  busy,
  disabled = false,
  onApprove,
  onReject,
  className,
}: {
  suggestion: Suggestion;
  /** How many further ones are open. */
  more: number;
  busy: boolean;
  disabled?: boolean;
  onApprove: () => void;
  onReject: () => void;
  className?: string;
}) {
  const urgent = suggestion.urgency === "urgent";
  return (
    <div className={cn("relative z-10 flex min-w-0 items-center gap-2", className)}>
      <div className="min-w-0 flex-1">
        <p className="line-clamp-2 text-pretty text-xs leading-4" title={suggestion.text}>
          “{suggestion.text}”
        </p>
        <p className="flex gap-1.5 truncate text-2xs text-muted-foreground">
          {urgent && <span className="font-medium text-danger uppercase">Urgent</span>}
          <Countdown expiresAt={suggestion.expiresAt} />
          {suggestion.stale && <span>· stale</span>}
          {more > 0 && <span>· {more} more</span>}
        </p>
      </div>
      <div className="flex shrink-0 gap-1">
        <Button
          size="icon-sm"
          variant="outline"
          className="text-whisper hover:bg-whisper/10"
          disabled={busy || disabled}
          aria-label={`Approve: ${suggestion.text}`}
          onClick={onApprove}
        >
          <Check aria-hidden />
        </Button>
        <Button
          size="icon-sm"
          variant="outline"
          disabled={busy || disabled}
          aria-label={`Reject: ${suggestion.text}`}
          onClick={onReject}
        >
          <X aria-hidden />
        </Button>
      </div>
    </div>
  );
}
