"use client";

import { useState } from "react";
import { toast } from "sonner";
import { TextField } from "@/components/auth/text-field";
import { AutomaticConfirm } from "@/components/settings/automatic-confirm";
import { ChoiceField } from "@/components/settings/choice-field";
import { FormDialog } from "@/components/settings/form-dialog";
import { SwitchField } from "@/components/settings/switch-field";
import { useFormDialog } from "@/components/settings/use-form-dialog";
import { createTeam, updateTeam } from "@/lib/agents/actions";
import { DEFAULT_POLICY, EXPIRY_SECONDS, NOTICE_TEXTS, PER_MINUTE, POLICY_TEXTS } from "@/lib/agents/constants";
import { type CreateTeamInput, createTeamSchema } from "@/lib/agents/schema";
import type { TeamRow } from "@/lib/agents/types";
import { whisperPolicySchema } from "@/lib/contract/coaching";

const POLICIES = whisperPolicySchema.options.map((value) => ({ value, label: POLICY_TEXTS[value].label }));

function explainPolicy(value: string): string {
  const policy = whisperPolicySchema.safeParse(value);
  return policy.success ? POLICY_TEXTS[policy.data].explanation : "";
}

/** Creates a team, or changes the given one. Automatic whispers are asked about once more. */
export function TeamDialog({ team, onClose }: { team: TeamRow | null; onClose: () => void }) {
  const [asking, setAsking] = useState(false);
  const { form, onSubmit: save } = useFormDialog<CreateTeamInput, unknown>({
    schema: createTeamSchema,
    defaultValues: {
      name: team?.name ?? "",
      whisperPolicy: team?.whisperPolicy ?? DEFAULT_POLICY.whisperPolicy,
      suggestionExpirySeconds: team?.suggestionExpirySeconds ?? DEFAULT_POLICY.suggestionExpirySeconds,
      maxSuggestionsPerMinute: team?.maxSuggestionsPerMinute ?? DEFAULT_POLICY.maxSuggestionsPerMinute,
      whisperTone: team?.whisperTone ?? DEFAULT_POLICY.whisperTone,
      tellAgents: team?.tellAgents ?? DEFAULT_POLICY.tellAgents,
    },
    action: (input) => (team ? updateTeam({ ...input, teamId: team.teamId }) : createTeam(input)),
    onDone: () => {
      toast.success(team ? "Team saved. It holds from now on." : "Team created.");
      onClose();
    },
  });
  const submit = form.handleSubmit((input, event) => {
    if (input.whisperPolicy === "automatic" && team?.whisperPolicy !== "automatic") setAsking(true);
    else return save(event);
  });

  return (
    <FormDialog
      form={form}
      title={team ? `Change ${team.name}` : "New team"}
      description="Supervisors of a team see its calls and no others."
      saveLabel={team ? "Save" : "Create team"}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField control={form.control} name="name" label="Name" autoComplete="off" />
      <ChoiceField
        control={form.control}
        name="whisperPolicy"
        label="Whispers by the AI"
        choices={POLICIES}
        explain={explainPolicy}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          control={form.control}
          name="suggestionExpirySeconds"
          label="Expire after (seconds)"
          type="number"
          min={EXPIRY_SECONDS.min}
          max={EXPIRY_SECONDS.max}
        />
        <TextField
          control={form.control}
          name="maxSuggestionsPerMinute"
          label="At most a minute, per call"
          type="number"
          min={PER_MINUTE.min}
          max={PER_MINUTE.max}
        />
      </div>
      <fieldset className="grid gap-3 border-t pt-3">
        <legend className="sr-only">What agents notice</legend>
        <SwitchField control={form.control} name="whisperTone" {...NOTICE_TEXTS.whisperTone} />
        <SwitchField control={form.control} name="tellAgents" {...NOTICE_TEXTS.tellAgents} />
      </fieldset>
      <AutomaticConfirm
        open={asking}
        teamName={form.getValues("name")}
        onAnswer={(yes) => {
          setAsking(false);
          if (yes) void save();
        }}
      />
    </FormDialog>
  );
}
