import { Eye, Headphones } from "lucide-react";
import type { Mode } from "@/lib/contract/call";
import type { Presence } from "@/lib/contract/call-view";
import { peopleOf } from "./viewers";
import { modeWords } from "./words";

/** Who has this call open, and who of them hears it. There is one conference, so its confirmed mode is everybody's. */
export function CallPeople({ viewers, userId, mode }: { viewers: Presence[]; userId: string; mode: Mode | null }) {
  const people = peopleOf(viewers);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-13">
      {people.length === 0 && <span className="text-muted-foreground">Nobody is listed yet.</span>}
      <ul aria-label="Who is here" className="flex flex-wrap gap-x-4 gap-y-1 empty:hidden">
        {people.map((viewer) => (
          <Person
            key={viewer.userId}
            name={viewer.userId === userId ? "you" : viewer.name}
            listens={viewer.listening}
          />
        ))}
      </ul>
      {mode && <span className="text-muted-foreground text-xs">in {modeWords[mode].label.toLowerCase()} mode</span>}
    </div>
  );
}

function Person({ name, listens }: { name: string; listens: boolean }) {
  const Icon = listens ? Headphones : Eye;
  return (
    <li className="inline-flex items-center gap-1.5">
      <Icon className={listens ? "size-3.5 text-brand" : "size-3.5 text-muted-foreground"} aria-hidden />
      {name}
      <span className="text-muted-foreground text-xs">{listens ? "listening" : "looking"}</span>
    </li>
  );
}
