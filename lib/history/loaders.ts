import "server-only";
import { notFound } from "next/navigation";
import { actorOf, recordAudit } from "@/lib/auth/audit";
import { requireScope } from "@/lib/auth/loaders";
import { callIdSchema } from "@/lib/contract/ids";
import { database } from "@/lib/platform/database";
import { findCall, listCalls, listChoices } from "./data";
import { historyFilterSchema } from "./schema";

/** The history page: what the viewer may see of what its URL asks for. */
export async function loadHistory(searchParams: Record<string, string | string[] | undefined>) {
  const { scope } = await requireScope();
  const filter = historyFilterSchema.parse(searchParams);
  const prisma = database();
  const [page, choices] = await Promise.all([listCalls({ prisma, scope, filter }), listChoices({ prisma, scope })]);
  return { filter, page, choices };
}

/** One stored call, and a line of the audit that it was read; a page that does not exist where it is not the viewer's to see. */
export async function loadStoredCall(callId: string) {
  const { viewer, scope } = await requireScope();
  const id = callIdSchema.safeParse(callId);
  const call = id.success ? await findCall({ prisma: database(), scope, callId: id.data }) : null;
  if (!call) notFound();
  const { callId: read, teamId } = call.view.info;
  await recordAudit({ tx: database(), actor: actorOf(viewer), action: "calls.review", callId: read, teamId });
  return { call, viewer };
}
