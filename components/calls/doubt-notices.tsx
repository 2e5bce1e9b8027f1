"use client";

import { ShieldAlert, X } from "lucide-react";
import { useState } from "react";
import { doubtWords, recentDoubts } from "@/components/coaching/whisper-doubt";
import { useServerNow } from "@/components/realtime/server-clock";
import { Button } from "@/components/ui/button";
import type { CallView, ModeChange } from "@/lib/contract/call-view";
import type { Suggestion } from "@/lib/contract/coaching";
import type { SuggestionId } from "@/lib/contract/ids";
import { Notice } from "./notice";
import { useOtherParty } from "./other-party";
import { modeWords } from "./words";

/** More at once would push the call off the page; an older one follows when a newer one is dismissed. */
const MOST_WHISPERS = 3;

/** A red line for each whisper that failed or whose privacy is not confirmed, for a minute or until it is dismissed. */
export function WhisperDoubts({ suggestions }: { suggestions: Suggestion[] }) {
  const { noun } = useOtherParty();
  const now = useServerNow(1000);
  const [dismissed, setDismissed] = useState<ReadonlySet<SuggestionId>>(new Set());
  return recentDoubts(suggestions, now)
    .filter(({ suggestionId }) => !dismissed.has(suggestionId))
    .slice(0, MOST_WHISPERS)
    .map((suggestion) => {
      const { suggestionId, state, text } = suggestion;
      const { reason, done } = doubtWords(suggestion, { other: noun });
      return (
        <Notice
          key={suggestionId}
          tone="danger"
          icon={ShieldAlert}
          action={
            <Button
              size="icon-sm"
              variant="ghost"
              aria-label={`Dismiss: ${text}`}
              onClick={() => setDismissed((known) => new Set(known).add(suggestionId))}
            >
              <X aria-hidden />
            </Button>
          }
        >
          <b className="font-medium">
            {state === "failed" ? "Whisper failed" : "Whisper in doubt"}: “{text}”
          </b>{" "}
          {reason} {done}
        </Notice>
      );
    });
}

/** Ten seconds, and one tick of the clock it is measured with, ms. */
const MODE_FAILED_SHOWN_MS = 11_000;

/**
 * The mode is not known, or was not a moment ago: the telephone system often says at once which mode it is in, and a red line
 * that is gone before it is read warns of nothing.
 */
export function ModeDoubt({ view }: { view: Pick<CallView, "modeChanges" | "modeUnknown" | "mode"> }) {
  const { failed, isRecent } = useLatestFailure(view.modeChanges);
  if (!view.modeUnknown && !isRecent) return null;
  const asked = failed?.requested && modeWords[failed.requested].label;
  const what = failed && `The change${asked ? ` to ${asked}` : ""} failed: ${failed.failed?.replace(/\.?$/, ".")} `;
  return (
    <Notice tone="danger" icon={ShieldAlert}>
      {view.modeUnknown ? (
        <>
          <b className="font-medium">The mode is not known: no audio goes out.</b> {what}Choose a mode; as soon as the
          telephone system confirms it, whispers can be spoken again.
        </>
      ) : (
        <>
          <b className="font-medium">{what}</b>
          {view.mode ? `Confirmed since: ${modeWords[view.mode].label}.` : "The call is in no mode."}
        </>
      )}
    </Notice>
  );
}

/**
 * A failure carries the time at which its change was asked for, and may come long after it; so one that comes while the page
 * is open counts from when it was seen.
 * @returns the newest failed change, and whether it is to be told although the mode is known again
 */
function useLatestFailure(changes: ModeChange[]): { failed: ModeChange | null; isRecent: boolean } {
  const now = useServerNow(1000);
  const failed = changes.findLast((change) => change.failed !== null) ?? null;
  const key = failed && `${failed.requestId}:${failed.at}`;
  const [seen, setSeen] = useState({ key, at: 0 });
  if (seen.key !== key) setSeen({ key, at: now });
  const from = Math.max(failed?.at ?? 0, seen.at);
  return { failed, isRecent: failed !== null && now - from < MODE_FAILED_SHOWN_MS };
}
