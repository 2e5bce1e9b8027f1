"use server";

import { parseInput, toResult } from "@/lib/auth/admin-action";
import { requireViewer } from "@/lib/auth/loaders";
import type { CommandResult } from "@/lib/contract/command-result";
import { type RehearsalId, startRehearsalSchema } from "./schema";
import { rehearsals } from "./service";

/** Places the scenario's call. @returns where its result will be */
export async function startRehearsal(input: unknown): Promise<CommandResult<{ rehearsalId: RehearsalId }>> {
  const viewer = await requireViewer();
  try {
    const { scenarioId } = parseInput({ schema: startRehearsalSchema, input });
    return { ok: true, data: { rehearsalId: await rehearsals().rehearse({ viewer, scenarioId }) } };
  } catch (error) {
    return toResult(error);
  }
}
