import "server-only";
import { notFound } from "next/navigation";
import { requireViewer } from "@/lib/auth/loaders";
import { database } from "@/lib/platform/database";
import { findRehearsal, listRehearsals } from "./data";
import { rehearsalIdSchema } from "./schema";
import { rehearsals } from "./service";

/** What the viewer can rehearse, and what came of it so far. `scenarios` null: there is no built-in switch. */
export async function loadRehearsals() {
  const viewer = await requireViewer();
  const [scenarios, rows] = await Promise.all([
    rehearsals().scenariosFor(viewer),
    listRehearsals({ prisma: database(), viewer }),
  ]);
  return { scenarios, rows };
}

/** A page that does not exist where it is not the viewer's to see. */
export async function loadRehearsal(rehearsalId: string) {
  const viewer = await requireViewer();
  const id = rehearsalIdSchema.safeParse(rehearsalId);
  const rehearsal = id.success ? await findRehearsal({ prisma: database(), viewer, id: id.data }) : null;
  if (!rehearsal) notFound();
  return rehearsal;
}
