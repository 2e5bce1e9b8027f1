import { Clock, Headphones, type LucideIcon, Repeat } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { Actor } from "@/lib/contract/call";
import type { AgentResponse } from "@/lib/contract/coaching";
import { responseWords } from "./whisper-words";

const icons: Record<AgentResponse, LucideIcon> = { heard: Headphones, "not-now": Clock, repeat: Repeat };

/** What the agent answered to a whisper, and, with `by`, which one; nothing while there is no answer. */
export function AgentAnswer({
  response,
  by,
  className,
}: {
  response: AgentResponse | null;
  by?: Actor | null;
  className?: string;
}) {
  if (!response) return null;
  const Icon = icons[response];
  return (
    <p className={cn("flex items-center gap-1.5 text-muted-foreground text-xs", className)}>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {responseWords[response]}
      {by?.kind === "user" && ` (${by.name})`}
    </p>
  );
}
