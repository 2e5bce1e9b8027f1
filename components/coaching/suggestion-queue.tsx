"use client";

import { Lightbulb } from "lucide-react";
import { useState } from "react";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { isFinal, isOpen, type Suggestion } from "@/lib/contract/coaching";
import type { CallId, UtteranceId } from "@/lib/contract/ids";
import type { SentimentPoint } from "@/lib/contract/sentiment";
import { ComposeWhisper } from "./compose-whisper";
import { DeliveryCard } from "./delivery-card";
import { EarlierSuggestions } from "./earlier-suggestions";
import { type CardMode, claimedByOther, SuggestionCard } from "./suggestion-card";
import type { SuggestionActions } from "./use-suggestion-actions";

export type SuggestionQueueProps = {
  callId: CallId;
  suggestions: Suggestion[];
  sentiment: SentimentPoint[];
  audioStartedAt: number | null;
  userId: string;
  /** Nothing may be decided: old data, or the call is over. */
  disabled: boolean;
  actions: SuggestionActions;
  onShow: (id: UtteranceId) => void;
};

const urgencyRank = { urgent: 0, normal: 1, low: 2 } as const;

/** Open ones by urgency, then the one that expires first; what is on its way; what is over, newest first. */
export function sortQueue(suggestions: Suggestion[]) {
  return {
    open: suggestions
      .filter(({ state }) => isOpen(state))
      .sort((a, b) => urgencyRank[a.urgency] - urgencyRank[b.urgency] || a.expiresAt - b.expiresAt),
    underWay: suggestions.filter(({ state }) => !isOpen(state) && !isFinal(state)),
    over: suggestions.filter(({ state }) => isFinal(state)).sort((a, b) => endOf(b) - endOf(a)),
  };
}

const endOf = (suggestion: Suggestion) => suggestion.steps.at(-1)?.at ?? suggestion.proposedAt;

/** The coaching queue of one call, run by mouse or keys. */
export function SuggestionQueue(props: SuggestionQueueProps) {
  const { suggestions, userId, disabled, actions, onShow } = props;
  const { open, underWay, over } = sortQueue(suggestions);
  const queue = useQueueState({ ...props, open });
  return (
    <section aria-label="Suggestions" className="grid gap-2.5">
      <h2 className="font-medium text-13">
        Suggestions <span className="text-muted-foreground tabular-nums">{open.length} open</span>
      </h2>
      {underWay.map((suggestion) => (
        <DeliveryCard
          key={suggestion.suggestionId}
          suggestion={suggestion}
          busy={actions.busy.has(suggestion.suggestionId)}
          onInterrupt={() => void actions.interrupt(suggestion)}
        />
      ))}
      {open.map((suggestion) => (
        <SuggestionCard
          key={suggestion.suggestionId}
          suggestion={suggestion}
          userId={userId}
          current={suggestion === queue.current}
          mode={queue.modeOf(suggestion)}
          busy={actions.busy.has(suggestion.suggestionId)}
          disabled={disabled}
          onMode={(mode) => queue.setMode(suggestion, mode)}
          onApprove={(options) => void queue.approve(suggestion, options)}
          onReject={(reason) => void queue.reject(suggestion, reason)}
          onShow={onShow}
          onFocus={() => queue.setCurrent(suggestion)}
        />
      ))}
      {open.length === 0 && underWay.length === 0 && <NothingOpen disabled={disabled} />}
      <ComposeWhisper
        open={queue.composing}
        busy={actions.busy.has("compose")}
        disabled={disabled}
        onOpen={queue.setComposing}
        onSend={(words) => void queue.compose(words)}
      />
      <EarlierSuggestions suggestions={over} sentiment={props.sentiment} audioStartedAt={props.audioStartedAt} />
    </section>
  );
}

function NothingOpen({ disabled }: { disabled: boolean }) {
  return (
    <p className="flex items-center gap-2 rounded-lg border border-dashed px-3.5 py-3 text-13 text-muted-foreground">
      <Lightbulb className="size-4 shrink-0" aria-hidden />
      {disabled
        ? "Nothing to decide."
        : "Nothing to coach now. A suggestion comes here when a rule finds a reason in the talk."}
    </p>
  );
}

/** Which card keys act on, which one is being edited or rejected, and what the keys do. */
function useQueueState({ callId, open, userId, disabled, actions }: SuggestionQueueProps & { open: Suggestion[] }) {
  const [currentId, setCurrentId] = useState<string | null>(null);
  const [editing, setEditing] = useState<{ id: string; mode: CardMode } | null>(null);
  const [composing, setComposing] = useState(false);
  const current = open.find(({ suggestionId }) => suggestionId === currentId) ?? open[0];

  const setMode = (suggestion: Suggestion, mode: CardMode) => {
    const was = editing?.id === suggestion.suggestionId ? editing.mode : "reading";
    setCurrentId(suggestion.suggestionId);
    setEditing(mode === "reading" ? null : { id: suggestion.suggestionId, mode });
    // Others see that it is being decided while its words are changed.
    if (mode === "editing") void actions.claim(suggestion, true);
    else if (was === "editing") void actions.claim(suggestion, false);
  };
  const approve = async (suggestion: Suggestion, options: { text?: string; force?: boolean }) => {
    if (await actions.approve(suggestion, options)) setEditing(null);
  };
  const reject = async (suggestion: Suggestion, reason: string) => {
    if (await actions.reject(suggestion, reason)) setEditing(null);
  };
  const compose = async (words: { text: string; force: boolean }) => {
    if (await actions.compose(callId, words)) setComposing(false);
  };
  const move = (step: 1 | -1) => {
    const index = current ? open.indexOf(current) : -1;
    const next = open[Math.min(open.length - 1, Math.max(0, index + step))];
    if (!next) return;
    setCurrentId(next.suggestionId);
    document.querySelector<HTMLElement>(`[data-suggestion="${next.suggestionId}"]`)?.focus();
  };
  const onCurrent = (act: (suggestion: Suggestion) => void) => () => {
    if (!current || disabled || actions.busy.has(current.suggestionId) || claimedByOther(current, userId)) return;
    act(current);
  };
  useShortcuts({
    a: onCurrent((suggestion) => void approve(suggestion, {})),
    "shift+a": onCurrent((suggestion) => void approve(suggestion, { force: true })),
    e: onCurrent((suggestion) => setMode(suggestion, "editing")),
    r: onCurrent((suggestion) => setMode(suggestion, "rejecting")),
    j: () => move(1),
    k: () => move(-1),
    n: () => {
      if (!disabled) setComposing(true);
    },
  });
  const modeOf = ({ suggestionId }: Suggestion): CardMode => (editing?.id === suggestionId ? editing.mode : "reading");
  return {
    current,
    setCurrent: (suggestion: Suggestion) => setCurrentId(suggestion.suggestionId),
    modeOf,
    setMode,
    approve,
    reject,
    composing,
    setComposing,
    compose,
  };
}
