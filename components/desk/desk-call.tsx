import { Ear, EarOff, Megaphone, MessageCircle } from "lucide-react";
import { Elapsed } from "@/components/realtime/elapsed";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import type { DeskView } from "@/lib/contract/desk";

const names = new Intl.ListFormat("en-GB");

/** @returns who hears the call, in words. */
function listenerWords(listeners: DeskView["listeners"]): string {
  if (listeners === null) return "Your team does not show who listens.";
  if (listeners.length === 0) return "No supervisor listens now.";
  return `${names.format(listeners)} ${listeners.length === 1 ? "listens" : "listen"} now.`;
}

/** Who is on the line, since when, who hears it, and who speaks to the agent. */
export function DeskCall({ call }: { call: DeskView }) {
  const { callerName, callerNumber, state, connectedAt, endedAt, listeners, speaker } = call;
  const ListenIcon = listeners === null ? EarOff : Ear;
  return (
    <Card role="region" aria-label="Your call" className="gap-2 p-4">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 break-words font-semibold text-lg tracking-tight">
          {callerName ?? callerNumber}
          {callerName && (
            <span className="ml-2 font-normal text-13 text-muted-foreground tabular-nums">{callerNumber}</span>
          )}
        </p>
        {state === "DISCONNECTED" && <Badge variant="idle">Ended</Badge>}
        {connectedAt === null ? (
          state !== "DISCONNECTED" && <Badge variant="outline">On its way</Badge>
        ) : (
          <Elapsed since={connectedAt} until={endedAt} className="font-medium text-lg" />
        )}
      </div>
      <p className="flex items-center gap-2 text-13 text-muted-foreground">
        <ListenIcon className="size-4 shrink-0" aria-hidden />
        <span role="status">{listenerWords(listeners)}</span>
      </p>
      <div role="status">{speaker && <SpeakerLine speaker={speaker} />}</div>
    </Card>
  );
}

function SpeakerLine({ speaker: { name, mode } }: { speaker: NonNullable<DeskView["speaker"]> }) {
  const isWhisper = mode === "whisper";
  const Icon = isWhisper ? MessageCircle : Megaphone;
  return (
    <p
      className={cn(
        "flex items-center gap-2 rounded-md border px-3 py-2 font-medium text-13",
        isWhisper ? "border-whisper/25 bg-whisper/10 text-whisper" : "border-barge/30 bg-barge/10 text-barge",
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      {name} speaks now: {isWhisper ? "only you hear it." : "you both hear it."}
    </p>
  );
}
