"use client";

import { Hand, Mic } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { actorName } from "@/lib/contract/actor-name";
import type { CallView } from "@/lib/contract/call-view";
import { openSpeaking, type Speaking } from "@/lib/contract/speaking";
import { isUser, type SpeakLook, speakWords } from "./speak-words";
import { useFloor } from "./use-floor";

const modeText = { whisper: "text-whisper", barge: "text-barge" } as const;

export type FloorLineProps = {
  view: Pick<CallView, "floor" | "speakings" | "info">;
  userId: string;
  look: SpeakLook;
  /** Why the microphone was closed, or did not open; while it is open, why one may not be heard just now. */
  detail: string | null;
  disabled: boolean;
};

/** One line under the speak button, always of the same height: who speaks, who holds the floor, and what one can do about it. */
export function FloorLine({ view, userId, look, detail, disabled }: FloorLineProps) {
  const { floor } = view;
  const commands = useFloor(view.info.callId);
  const speaking = openSpeaking(view);
  const isMine = isUser(floor.holder, userId);
  const isOthers = floor.holder !== null && !isMine;
  return (
    <div className="flex min-h-5 min-w-0 flex-wrap items-center gap-x-1.5 gap-y-1 text-2xs text-muted-foreground">
      <span role="status" className="min-w-0">
        <FloorWords look={look} detail={detail} view={view} userId={userId} speaking={speaking} />
      </span>
      {isOthers && (
        <FloorButton disabled={disabled || commands.busy || isUser(floor.askedBy, userId)} onClick={commands.ask}>
          <Hand aria-hidden className="size-3" /> {isUser(floor.askedBy, userId) ? "Asked" : "Ask"}
        </FloorButton>
      )}
      {isMine && look.kind !== "open" && look.kind !== "starting" && (
        <FloorButton disabled={disabled || commands.busy} onClick={commands.release}>
          Release
        </FloorButton>
      )}
    </div>
  );
}

function FloorButton(props: React.ComponentProps<typeof Button>) {
  return (
    <Button variant="outline" {...props} className="h-5 gap-1 px-1.5 text-2xs pointer-coarse:h-9 pointer-coarse:px-3" />
  );
}

function FloorWords(props: Omit<FloorLineProps, "disabled"> & { speaking: Speaking | null }) {
  const { look, detail, view, userId, speaking } = props;
  if (look.kind === "starting") return <>Waiting for the confirmed mode; nobody hears you yet.</>;
  if (look.kind === "open" && detail) return <>You may not be heard just now. {detail}</>;
  if (look.kind === "open") return <>{speakWords[look.mode].heard} AI whispers wait.</>;
  if (speaking && !isUser(speaking.by, userId)) {
    const does = speaking.mode === "whisper" ? "whispers to the agent" : "speaks to both";
    return (
      <span className={cn("inline-flex items-center gap-1 font-medium", modeText[speaking.mode])}>
        <Mic aria-hidden className="size-3 shrink-0" /> {actorName(speaking.by)} {does}. AI whispers wait.
      </span>
    );
  }
  if (detail) return <span className="text-danger">{detail}</span>;
  if (look.kind === "blocked") return <>{look.why}</>;
  if (isUser(view.floor.holder, userId)) return <>You have the floor.</>;
  return look.kind === "closed" ? speakWords[look.mode].will : null;
}
