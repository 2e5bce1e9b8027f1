import { cn } from "@/components/ui/cn";
import { useOtherParty } from "./other-party";

/** Who speaks this moment, in words and in weight. Fixed width, so that nothing jumps. */
export function SpeakingNow({ caller, agent }: { caller: boolean; agent: boolean }) {
  const { speaker } = useOtherParty();
  return (
    <p className="flex gap-3 text-2xs">
      <Party name={speaker} speaking={caller} />
      <Party name="Agent" speaking={agent} />
    </p>
  );
}

function Party({ name, speaking }: { name: string; speaking: boolean }) {
  return (
    <span className={cn("inline-flex items-center gap-1.5", speaking ? "text-foreground" : "text-muted-foreground")}>
      <span
        aria-hidden
        className={cn("size-1.5 rounded-full border", speaking ? "border-whisper bg-whisper" : "border-control")}
      />
      {name} <span className="w-12">{speaking ? "speaks" : "quiet"}</span>
    </span>
  );
}
