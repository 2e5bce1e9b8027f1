import { Check, CircleX, Ear, LoaderCircle, type LucideIcon, MessageCircle, Mic } from "lucide-react";
import { speakingWords } from "@/components/coaching/speaking-words";
import { cn } from "@/components/ui/cn";
import type { CallView } from "@/lib/contract/call-view";
import { formatPosition } from "./format";
import { modeWords } from "./words";

type Line = { key: string; at: number; icon: LucideIcon; text: string; by: string | null; bad: boolean };

/** @returns interventions, newest first: mode changes as requested, confirmed or failed, who spoke, and what was whispered. */
export function interventions({
  modeChanges,
  suggestions,
  speakings,
  info,
}: Pick<CallView, "modeChanges" | "suggestions" | "speakings" | "info">): Line[] {
  const modes = modeChanges.map((change, index): Line => {
    const base = { key: `mode-${change.requestId ?? index}-${index}`, at: change.at, by: change.byName };
    const asked = change.requested && modeWords[change.requested].label;
    if (change.failed !== null) {
      return { ...base, icon: CircleX, text: `${asked ?? "Mode"} failed: ${change.failed}`, bad: true };
    }
    if (change.confirmed !== null) {
      const from = change.previous ? ` (was ${modeWords[change.previous].label})` : "";
      return { ...base, icon: Check, text: `${modeWords[change.confirmed].label} confirmed${from}`, bad: false };
    }
    return asked
      ? { ...base, icon: LoaderCircle, text: `${asked} requested`, bad: false }
      : { ...base, icon: Ear, text: "No mode", bad: false };
  });
  const voices = speakings.map((speaking): Line => {
    const { text, bad } = speakingWords(speaking, { info });
    return { key: `voice-${speaking.speakingId}`, at: speaking.startedAt, icon: Mic, text, by: null, bad };
  });
  const whispers = suggestions.flatMap(({ suggestionId, steps, ruleLabel }) =>
    steps
      .filter((step) => ["speaking", "interrupted", "failed"].includes(step.state))
      .map(
        (step): Line => ({
          key: `${suggestionId}-${step.state}`,
          at: step.at,
          icon: step.state === "speaking" ? MessageCircle : CircleX,
          text: `Whisper ${step.state === "speaking" ? "spoken" : step.state}: ${ruleLabel}${step.detail ? `, ${step.detail}` : ""}`,
          by: step.actor.kind === "user" ? step.actor.name : null,
          bad: step.state !== "speaking",
        }),
      ),
  );
  return [...modes, ...voices, ...whispers].sort((a, b) => b.at - a.at);
}

export function CallTimeline({ lines, audioStartedAt }: { lines: Line[]; audioStartedAt: number | null }) {
  if (lines.length === 0) {
    return (
      <p className="text-13 text-muted-foreground">
        Mode changes, whispers and who spoke are listed here as they happen.
      </p>
    );
  }
  return (
    <ol className="grid gap-1.5">
      {lines.map(({ key, at, icon: Icon, text, by, bad }) => (
        <li key={key} className="flex items-baseline gap-2 text-xs">
          <span className="w-12 shrink-0 text-right text-muted-foreground tabular-nums">
            {audioStartedAt === null ? "" : formatPosition(at - audioStartedAt)}
          </span>
          <Icon
            className={cn("size-3.5 shrink-0 self-center", bad ? "text-danger" : "text-muted-foreground")}
            aria-hidden
          />
          <span className={cn("min-w-0 flex-1", bad && "text-danger")}>{text}</span>
          {by && <span className="shrink-0 text-muted-foreground">{by}</span>}
        </li>
      ))}
    </ol>
  );
}
