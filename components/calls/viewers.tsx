import { Eye } from "lucide-react";
import type { Presence } from "@/lib/contract/socket-events";

/** Who has the call open: "you", "you + 2", "Dana Fox", "2 people". Names in the title. */
export function Viewers({ viewers, userId }: { viewers: Presence[]; userId: string }) {
  if (viewers.length === 0) return null;
  return (
    <span
      className="inline-flex min-w-0 items-center gap-1 truncate text-2xs text-muted-foreground"
      title={viewers.map((viewer) => viewer.name).join(", ")}
    >
      <Eye className="size-3 shrink-0" aria-hidden />
      <span className="sr-only">Watched by </span>
      <span className="truncate">{viewerWords(viewers, userId)}</span>
    </span>
  );
}

function viewerWords(viewers: Presence[], userId: string): string {
  const others = new Map(viewers.filter((viewer) => viewer.userId !== userId).map((viewer) => [viewer.userId, viewer]));
  const me = viewers.some((viewer) => viewer.userId === userId);
  if (me) return others.size > 0 ? `you + ${others.size}` : "you";
  const [only] = others.values();
  return others.size === 1 && only ? only.name : `${others.size} people`;
}
