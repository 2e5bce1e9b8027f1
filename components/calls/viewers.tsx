import { Eye, Headphones } from "lucide-react";
import type { Presence } from "@/lib/contract/call-view";

/** One entry a person: two tabs of one supervisor are one person, who listens if either does. */
export function peopleOf(viewers: Presence[]): Presence[] {
  const people = new Map<string, Presence>();
  for (const viewer of viewers) {
    const known = people.get(viewer.userId);
    people.set(viewer.userId, known ? { ...known, listening: known.listening || viewer.listening } : viewer);
  }
  return [...people.values()];
}

/** Who hears the call and who has it open without sound: "you", "you + 2", "Dana Fox", "2 people". Names in the title. */
export function Viewers({ viewers, userId }: { viewers: Presence[]; userId: string }) {
  const people = peopleOf(viewers);
  return (
    <>
      <Group icon={Headphones} verb="Heard by " people={people.filter(({ listening }) => listening)} userId={userId} />
      <Group icon={Eye} verb="Watched by " people={people.filter(({ listening }) => !listening)} userId={userId} />
    </>
  );
}

function Group({
  icon: Icon,
  verb,
  people,
  userId,
}: {
  icon: typeof Eye;
  verb: string;
  people: Presence[];
  userId: string;
}) {
  if (people.length === 0) return null;
  return (
    <span
      className="inline-flex min-w-0 items-center gap-1 truncate text-2xs text-muted-foreground"
      title={verb + people.map(({ name }) => name).join(", ")}
    >
      <Icon className="size-3 shrink-0" aria-hidden />
      <span className="sr-only">{verb}</span>
      <span className="truncate">{peopleWords(people, userId)}</span>
    </span>
  );
}

function peopleWords(people: Presence[], userId: string): string {
  const others = people.filter((person) => person.userId !== userId);
  if (others.length < people.length) return others.length > 0 ? `you + ${others.length}` : "you";
  const [only] = others;
  return others.length === 1 && only ? only.name : `${others.length} people`;
}
