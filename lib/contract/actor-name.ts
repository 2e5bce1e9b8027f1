import type { Actor } from "./call";

type Named = { kind: "user"; name: string } | { kind: Exclude<Actor["kind"], "user"> };

/** @param place `middle` of a sentence: words that are no name begin small. @returns who it was, in words for people. */
export function actorName(actor: Named, { place = "start" }: { place?: "start" | "middle" } = {}): string {
  const isStart = place === "start";
  if (actor.kind === "user") return actor.name || (isStart ? "Someone" : "someone");
  if (actor.kind === "system") return "Earshot";
  return isStart ? "The telephone system" : "the telephone system";
}
