import type { Actor } from "@/lib/contract/call";

/** @returns an actor as the three columns every table keeps of one. */
export function actorColumns(actor: Actor) {
  return {
    actorKind: actor.kind,
    actorUserId: actor.kind === "user" ? actor.userId : null,
    actorName: actor.kind === "user" ? actor.name : null,
  };
}
