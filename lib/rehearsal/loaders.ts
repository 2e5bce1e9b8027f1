import "server-only";
import { notFound } from "next/navigation";
import { toResult } from "@/lib/auth/admin-action";
import { currentVisitor, goHome, requireViewer } from "@/lib/auth/loaders";
import type { Viewer } from "@/lib/auth/types";
import type { CommandResult } from "@/lib/contract/command-result";
import type { CallId } from "@/lib/contract/ids";
import { database } from "@/lib/platform/database";
import { findRehearsal, listRehearsals } from "./data";
import { type RehearsalId, rehearsalIdSchema, type ScenarioChoice } from "./schema";
import { rehearsals } from "./service";

/**
 * What the viewer can rehearse, and what came of it so far. `scenarios` is an error where the switch does not answer, and its
 * `data` null where there is no built-in switch.
 */
export async function loadRehearsals() {
  const viewer = await requireViewer();
  const [scenarios, rows] = await Promise.all([scenariosFor(viewer), listRehearsals({ prisma: database(), viewer })]);
  return { scenarios, rows };
}

async function scenariosFor(viewer: Viewer): Promise<CommandResult<ScenarioChoice[] | null>> {
  try {
    return { ok: true, data: await rehearsals().scenariosFor(viewer) };
  } catch (error) {
    return toResult(error);
  }
}

/**
 * A page that does not exist where it is not the viewer's to see. `teaches` null: not over yet (before its end it would give the
 * answers away), or the switch does not tell.
 */
export async function loadRehearsal(rehearsalId: string) {
  const viewer = await requireViewer();
  const id = rehearsalIdSchema.safeParse(rehearsalId);
  const rehearsal = id.success ? await findRehearsal({ prisma: database(), viewer, id: id.data }) : null;
  if (!rehearsal) notFound();
  const teaches = rehearsal.endedAt === null ? null : await rehearsals().teaches(rehearsal.scenarioId);
  return { rehearsal, teaches };
}

/** @returns the viewer's own rehearsal that goes on as this call; null: it is none, or somebody else's */
export async function loadOwnRehearsal(callId: CallId): Promise<RehearsalId | null> {
  const viewer = await requireViewer();
  return rehearsals().ownOf({ viewer, callId });
}

/** Who is signed in goes home. `hasSoftphone`: whether there is a built-in switch, which customers call in on at /phone. */
export async function loadSignIn(): Promise<{ hasSoftphone: boolean }> {
  if (await currentVisitor()) await goHome();
  return { hasSoftphone: rehearsals().hasStage };
}
