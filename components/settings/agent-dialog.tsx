"use client";

import { toast } from "sonner";
import { TextField } from "@/components/auth/text-field";
import { ChoiceField } from "@/components/settings/choice-field";
import { FormDialog } from "@/components/settings/form-dialog";
import { useFormDialog } from "@/components/settings/use-form-dialog";
import { createAgent, updateAgent } from "@/lib/agents/actions";
import { type AgentForm, createAgentSchema } from "@/lib/agents/schema";
import type { AgentRow, TeamRow } from "@/lib/agents/types";

type AgentDialogProps = { agent: AgentRow | null; teams: TeamRow[]; onClose: () => void };

/** Adds an agent, or changes the given one. */
export function AgentDialog({ agent, teams, onClose }: AgentDialogProps) {
  const { form, onSubmit } = useFormDialog<AgentForm, unknown>({
    schema: createAgentSchema,
    defaultValues: {
      name: agent?.name ?? "",
      extension: agent?.extension ?? "",
      teamId: agent?.teamId ?? null,
      active: agent?.active ?? true,
    },
    action: (input) => (agent ? updateAgent({ ...input, agentId: agent.agentId }) : createAgent(input)),
    onDone: () => {
      toast.success(agent ? "Agent saved. It holds for the next call." : "Agent added.");
      onClose();
    },
  });
  return (
    <FormDialog
      form={form}
      title={agent ? `Change ${agent.name}` : "New agent"}
      description="The person at this extension. Its calls belong to the agent's team."
      saveLabel={agent ? "Save" : "Add agent"}
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <TextField control={form.control} name="name" label="Name" autoComplete="off" />
      <TextField
        control={form.control}
        name="extension"
        label="Extension"
        description="As the telephone system names it, like 1001 or +442079460000."
        autoComplete="off"
        inputMode="tel"
      />
      <ChoiceField
        control={form.control}
        name="teamId"
        label="Team"
        nothing="No team (only admins see the calls)"
        choices={teams.map((team) => ({ value: team.teamId, label: team.name }))}
      />
    </FormDialog>
  );
}
