import { Pause } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { BoardRow } from "@/lib/contract/board";
import { otherParty } from "./words";

/** "On hold", and on hover and for screen readers by whom. */
export function HoldTag({ heldBy, info, className }: Pick<BoardRow, "heldBy" | "info"> & { className?: string }) {
  if (heldBy.length === 0) return null;
  const names = { agent: info.agentName ?? "the agent", caller: `the ${otherParty[info.direction].noun}` };
  const who = (["agent", "caller"] as const).filter((party) => heldBy.includes(party)).map((party) => names[party]);
  const by = `by ${who.join(" and ")}`;
  return (
    <span
      title={`On hold ${by}`}
      className={cn("inline-flex items-center gap-1 whitespace-nowrap font-medium text-foreground", className)}
    >
      <Pause aria-hidden className="size-3 shrink-0" /> On hold<span className="sr-only"> {by}</span>
    </span>
  );
}
