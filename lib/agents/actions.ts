"use server";

import { revalidatePath } from "next/cache";
import { runAsAdmin } from "@/lib/auth/admin-action";
import { auth } from "@/lib/auth/service";
import type { CommandResult } from "@/lib/contract/command-result";
import type { AgentId, TeamId } from "@/lib/contract/ids";
import { database } from "@/lib/platform/database";
import * as mutations from "./mutations";
import { createAgentSchema, createTeamSchema, updateAgentSchema, updateTeamSchema } from "./schema";

function settingsChanged(): void {
  revalidatePath("/settings", "layout");
}

export async function createTeam(input: unknown): Promise<CommandResult<{ teamId: TeamId }>> {
  return runAsAdmin({
    schema: createTeamSchema,
    input,
    run: async ({ actor, input }) => {
      const teamId = await mutations.createTeam({ prisma: database(), actor, input });
      settingsChanged();
      return { teamId };
    },
  });
}

export async function updateTeam(input: unknown): Promise<CommandResult<null>> {
  return runAsAdmin({
    schema: updateTeamSchema,
    input,
    run: async ({ actor, input }) => {
      await mutations.updateTeam({ prisma: database(), actor, input });
      settingsChanged();
      return null;
    },
  });
}

export async function createAgent(input: unknown): Promise<CommandResult<{ agentId: AgentId }>> {
  return runAsAdmin({
    schema: createAgentSchema,
    input,
    run: async ({ actor, input }) => {
      const agentId = await mutations.createAgent({ prisma: database(), actor, input });
      settingsChanged();
      return { agentId };
    },
  });
}

export async function updateAgent(input: unknown): Promise<CommandResult<null>> {
  return runAsAdmin({
    schema: updateAgentSchema,
    input,
    run: async ({ actor, input }) => {
      const { userId } = await mutations.updateAgent({ prisma: database(), actor, input });
      if (userId) auth().sessions.changed(userId);
      settingsChanged();
      return null;
    },
  });
}
