import { AudioLines, Hourglass, Loader, OctagonX } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { Suggestion } from "@/lib/contract/coaching";
import { AgentAnswer } from "./agent-answer";
import { waitWords } from "./whisper-words";

/** A suggestion on its way into the agent's ear: making the audio, waiting for what, speaking. Can be stopped. */
export function DeliveryCard({
  suggestion,
  busy,
  onInterrupt,
}: {
  suggestion: Suggestion;
  busy: boolean;
  onInterrupt: () => void;
}) {
  const speaking = suggestion.state === "speaking";
  return (
    <article
      aria-label={`On its way: ${suggestion.text}`}
      className="grid gap-2.5 rounded-lg border border-whisper/40 bg-whisper/5 p-3.5"
    >
      <div className="flex flex-wrap items-center gap-2 text-xs" role="status">
        <Stage suggestion={suggestion} />
        <span className="text-muted-foreground">{suggestion.ruleLabel}</span>
      </div>
      <p className="text-pretty text-sm leading-5">“{suggestion.text}”</p>
      <AgentAnswer response={suggestion.agentResponse} />
      <footer className="flex flex-wrap items-center justify-between gap-2">
        <span className="text-2xs text-muted-foreground">to the agent only</span>
        <Button size="sm" variant="destructive-outline" disabled={busy} onClick={onInterrupt}>
          <OctagonX aria-hidden /> {speaking ? "Interrupt" : "Take back"}
        </Button>
      </footer>
    </article>
  );
}

function Stage({ suggestion }: { suggestion: Suggestion }) {
  if (suggestion.state === "speaking") {
    return (
      <Badge variant="whisper">
        <AudioLines aria-hidden /> Speaking to the agent
      </Badge>
    );
  }
  if (suggestion.waitingForPause) {
    return (
      <Badge variant="barge">
        <Hourglass aria-hidden /> {waitWords[suggestion.waitingFor ?? "gap"]}
      </Badge>
    );
  }
  return (
    <Badge>
      <Loader aria-hidden className="animate-spin" />{" "}
      {suggestion.clip ? "Waiting for whisper mode" : "Making the audio"}
    </Badge>
  );
}
