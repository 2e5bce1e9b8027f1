import { ArrowLeftRight, PhoneOutgoing } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { Direction } from "@/lib/contract/call";

const looks = {
  outbound: { word: "Outbound", icon: PhoneOutgoing },
  internal: { word: "Internal", icon: ArrowLeftRight },
} as const;

/** Outbound or internal; an inbound call, the usual case, needs no word. */
export function DirectionTag({ direction }: { direction: Direction }) {
  if (direction === "inbound") return null;
  const { word, icon: Icon } = looks[direction];
  return (
    <Badge variant="outline">
      <Icon aria-hidden /> {word}
    </Badge>
  );
}

/** The same before a number, where there is little room: an arrow for inbound calls. */
export function DirectionMark({ direction }: { direction: Direction }) {
  if (direction === "inbound") return <span aria-hidden>←</span>;
  const { word, icon: Icon } = looks[direction];
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-2xs">
      <Icon aria-hidden className="size-3" /> {word}
    </span>
  );
}
