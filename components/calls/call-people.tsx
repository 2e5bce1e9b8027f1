import { Eye } from "lucide-react";
import type { Mode } from "@/lib/contract/call";
import type { Presence } from "@/lib/contract/socket-events";
import { modeWords } from "./words";

/** Who has this call open. There is one conference, so its confirmed mode is everybody's. */
export function CallPeople({ viewers, userId, mode }: { viewers: Presence[]; userId: string; mode: Mode | null }) {
  const people = [...new Map(viewers.map((viewer) => [viewer.userId, viewer])).values()];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-13">
      <Eye className="size-4 text-muted-foreground" aria-hidden />
      {people.length === 0 && <span className="text-muted-foreground">Nobody is listed yet.</span>}
      <ul aria-label="Who is here" className="flex flex-wrap gap-x-3 gap-y-1 empty:hidden">
        {people.map((viewer) => (
          <li key={viewer.userId}>{viewer.userId === userId ? "you" : viewer.name}</li>
        ))}
      </ul>
      {mode && <span className="text-muted-foreground text-xs">in {modeWords[mode].label.toLowerCase()} mode</span>}
    </div>
  );
}
