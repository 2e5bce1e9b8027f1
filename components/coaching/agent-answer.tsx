import { Clock, Headphones, type LucideIcon, Repeat } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { AgentResponse } from "@/lib/contract/coaching";
import { responseWords } from "./whisper-words";

const icons: Record<AgentResponse, LucideIcon> = { heard: Headphones, "not-now": Clock, repeat: Repeat };

/** What the agent answered to a whisper; nothing while there is no answer. */
export function AgentAnswer({ response, className }: { response: AgentResponse | null; className?: string }) {
  if (!response) return null;
  const Icon = icons[response];
  return (
    <p className={cn("flex items-center gap-1.5 text-muted-foreground text-xs", className)}>
      <Icon aria-hidden className="size-3.5 shrink-0" /> {responseWords[response]}
    </p>
  );
}
