"use client";

import { Check, Clock3, RotateCcw } from "lucide-react";
import type { DeskCommands } from "@/components/desk/use-desk-commands";
import { answersTo, type DeskWhisper, whisperWords } from "@/components/desk/whisper-words";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Kbd } from "@/components/ui/kbd";
import type { AgentResponse } from "@/lib/contract/coaching";
import type { DeskView } from "@/lib/contract/desk";

const ANSWERS: Record<AgentResponse, { label: string; key: string; icon: typeof Check }> = {
  heard: { label: "Heard", key: "h", icon: Check },
  "not-now": { label: "Not now", key: "n", icon: Clock3 },
  repeat: { label: "Repeat", key: "r", icon: RotateCcw },
};

type Props = { call: DeskView; commands: DeskCommands; isIdle: boolean };

/** What was said to the agent, or is about to be: the newest first and large. Its keys answer the newest. */
export function DeskWhispers({ call, commands, isIdle }: Props) {
  const newestFirst = call.whispers.toReversed();
  const [newest] = newestFirst;
  const answer = (response: AgentResponse) => () => {
    if (newest && !isIdle && answersTo(newest).includes(response)) void commands.respond(newest.suggestionId, response);
  };
  useShortcuts({ h: answer("heard"), n: answer("not-now"), r: answer("repeat") });
  return (
    <>
      {/* Said once for each that comes; the list itself is read when one goes there. */}
      <p role="status" aria-live="polite" className="sr-only">
        {newest ? `Coaching: ${newest.text}` : ""}
      </p>
      {newestFirst.length === 0 && (
        <p className="py-6 text-center text-13 text-muted-foreground text-pretty">
          Nothing yet. What is approved for you appears here as you hear it.
        </p>
      )}
      <ul aria-label="Coaching, the newest first" className="grid gap-4 empty:hidden">
        {newestFirst.map((whisper, index) => (
          <Whisper
            key={whisper.suggestionId}
            whisper={whisper}
            isNewest={index === 0}
            isPaused={call.whispersPaused}
            isIdle={isIdle}
            commands={commands}
          />
        ))}
      </ul>
    </>
  );
}

function Whisper({
  whisper,
  isNewest,
  isPaused,
  isIdle,
  commands,
}: Omit<Props, "call"> & { whisper: DeskWhisper; isNewest: boolean; isPaused: boolean }) {
  const { suggestionId, text, state } = whisper;
  return (
    <li className={cn("grid gap-2 border-l-2 pl-3", state === "speaking" ? "border-whisper" : "border-border")}>
      <p className={isNewest ? "text-pretty font-medium text-xl leading-8" : "text-muted-foreground text-sm"}>{text}</p>
      <div className="flex flex-wrap items-center gap-2">
        <p
          className={cn("mr-auto text-xs", state === "speaking" ? "font-medium text-whisper" : "text-muted-foreground")}
        >
          {whisperWords(whisper, isPaused)}
        </p>
        {answersTo(whisper).map((response) => {
          const { label, key, icon: Icon } = ANSWERS[response];
          return (
            <Button
              key={response}
              variant="outline"
              size={isNewest ? "default" : "sm"}
              disabled={isIdle}
              aria-disabled={commands.pending !== null}
              aria-label={isNewest ? undefined : `${label}: ${text}`}
              onClick={() => void commands.respond(suggestionId, response)}
            >
              <Icon aria-hidden /> {label} {isNewest && <Kbd>{key.toUpperCase()}</Kbd>}
            </Button>
          );
        })}
      </div>
    </li>
  );
}
