import { Mic } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { BoardRow } from "@/lib/contract/board";

const looks = {
  whisper: { word: "whispers", heard: "only the agent hears it", text: "text-whisper" },
  barge: { word: "speaks to both", heard: "both parties hear it", text: "text-barge" },
} as const;

/** The supervisor who speaks into the call now, in the colour and the word of the mode. */
export function SpeakerTag({ speaker, className }: { speaker: BoardRow["speaker"]; className?: string }) {
  if (!speaker) return null;
  const { word, heard, text } = looks[speaker.mode];
  return (
    <span
      title={`${speaker.name} ${word}: ${heard}`}
      className={cn("inline-flex min-w-0 max-w-full items-center gap-1 font-medium text-2xs", text, className)}
    >
      <Mic className="size-3 shrink-0" aria-hidden />
      <span className="truncate">{speaker.name}</span>
      <span className="shrink-0">{word}</span>
    </span>
  );
}
