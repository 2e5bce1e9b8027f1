import type { Actor } from "@/lib/contract/call";
import type { Transaction } from "@/lib/platform/database";
import type { Prisma } from "@/lib/platform/prisma-client/client";
import type { Viewer } from "./types";

export type AuditRecord = {
  actor: Actor;
  /** `room.verb-object`, e.g. `agents.update-team`. */
  action: string;
  callId?: string | null;
  teamId?: string | null;
  subject?: string;
  detail?: Prisma.InputJsonObject;
  at?: Date;
};

/** @returns a viewer as the actor of an event or an audit row. */
export function actorOf(viewer: Viewer): Actor {
  return { kind: "user", userId: viewer.userId, name: viewer.name };
}

/** @returns an actor as the three columns every table keeps of one. */
export function actorColumns(actor: Actor) {
  return {
    actorKind: actor.kind,
    actorUserId: actor.kind === "user" ? actor.userId : null,
    actorName: actor.kind === "user" ? actor.name : null,
  };
}

/** Writes one audit row. `tx` is the transaction of the change itself: both stand or neither. */
export async function recordAudit({ tx, ...record }: AuditRecord & { tx: Transaction }): Promise<void> {
  await tx.auditEntry.create({
    data: {
      ...actorColumns(record.actor),
      action: record.action,
      callId: record.callId ?? null,
      teamId: record.teamId ?? null,
      subject: record.subject ?? null,
      detail: record.detail ?? {},
      ...(record.at ? { at: record.at } : {}),
    },
  });
}
