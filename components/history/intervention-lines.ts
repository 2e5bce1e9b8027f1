import { Check, CircleX, type LucideIcon, MessageCircle, Mic } from "lucide-react";
import { modeWords } from "@/components/calls/words";
import { speakingWords } from "@/components/coaching/speaking-words";
import type { CallView, ModeChange } from "@/lib/contract/call-view";

export type InterventionLine = {
  key: string;
  at: number;
  icon: LucideIcon;
  text: string;
  by: string | null;
  bad: boolean;
};

/** @returns a mode change with what was asked for and what the telephone system confirmed, which need not be the same. */
export function modeChangeText({ requested, confirmed, previous, failed }: ModeChange): string {
  const asked = requested === null ? null : `${modeWords[requested].label} requested`;
  const was = previous === null || previous === confirmed ? "" : ` (was ${modeWords[previous].label})`;
  const ending =
    failed !== null
      ? `failed: ${failed}`
      : confirmed === null
        ? requested === null
          ? "no mode any more"
          : "never confirmed"
        : `${modeWords[confirmed].label} confirmed${was}`;
  return asked === null
    ? `${ending.charAt(0).toUpperCase()}${ending.slice(1)}, not requested here`
    : `${asked}, ${ending}`;
}

/** @returns every mode change, every stretch of a person's voice and every whisper that was sent, in order. */
export function interventionLines({
  modeChanges,
  suggestions,
  speakings,
  info,
}: Pick<CallView, "modeChanges" | "suggestions" | "speakings" | "info">): InterventionLine[] {
  const modes = modeChanges.map((change, index): InterventionLine => {
    const bad = change.failed !== null || (change.requested !== null && change.requested !== change.confirmed);
    const text = modeChangeText(change);
    return { key: `mode-${index}`, at: change.at, icon: bad ? CircleX : Check, text, by: change.byName, bad };
  });
  const voices = speakings.map((speaking): InterventionLine => {
    const { text, bad } = speakingWords(speaking, { info });
    return { key: `voice-${speaking.speakingId}`, at: speaking.startedAt, icon: Mic, text, by: null, bad };
  });
  const whispers = suggestions.flatMap(({ suggestionId, steps, ruleLabel }) =>
    steps.flatMap((step, index): InterventionLine[] => {
      const word = whisperWords[step.state];
      if (!word) return [];
      return [
        {
          key: `${suggestionId}-${index}`,
          at: step.at,
          icon: word.bad ? CircleX : MessageCircle,
          text: `Whisper ${word.text}: ${ruleLabel}${step.detail ? `, ${step.detail}` : ""}`,
          by: step.actor.kind === "user" ? step.actor.name : null,
          bad: word.bad,
        },
      ];
    }),
  );
  return [...modes, ...voices, ...whispers].sort((a, b) => a.at - b.at);
}

const whisperWords: Partial<Record<string, { text: string; bad: boolean }>> = {
  speaking: { text: "began", bad: false },
  spoken: { text: "ended", bad: false },
  interrupted: { text: "interrupted", bad: true },
  failed: { text: "failed", bad: true },
};
