"use client";

import { type Control, type FieldPath, type FieldValues, useWatch } from "react-hook-form";
import { toast } from "sonner";
import { TextField } from "@/components/auth/text-field";
import { ChoiceField } from "@/components/settings/choice-field";
import { FormDialog } from "@/components/settings/form-dialog";
import type { IssuedPassword } from "@/components/settings/one-time-password-dialog";
import { TeamsField } from "@/components/settings/teams-field";
import { useFormDialog } from "@/components/settings/use-form-dialog";
import type { AgentRow, TeamRow } from "@/lib/agents/types";
import { createUser, updateUser } from "@/lib/auth/actions";
import { ROLE_LABELS } from "@/lib/auth/constants";
import type { UserRow } from "@/lib/auth/data";
import {
  type CreateUserForm,
  createUserSchema,
  roleSchema,
  type UpdateUserForm,
  updateUserSchema,
} from "@/lib/auth/schema";

const ROLES = roleSchema.options.map((value) => ({ value, label: ROLE_LABELS[value] }));

/** What there is to choose from. `agents`: those at work who are nobody else's. */
type Choices = { teams: TeamRow[]; agents: AgentRow[] };

function explainRole(value: string): string {
  if (value === "agent") return "Has a desk: their own call and its coaching. Sees nothing else.";
  if (value === "admin") return "Sees all teams and calls, and the settings.";
  if (value === "lead") return "Supervises the teams below, and judges their ended calls.";
  return "Watches, hears and coaches the live calls of the teams below.";
}

/** What a role needs beside itself: an agent the one they are, everybody else their teams. */
function RightsFields<T extends FieldValues>(
  props: { control: Control<T>; names: Record<"role" | "agentId" | "teamIds", FieldPath<T>> } & Choices,
) {
  const { control, names, agents, teams } = props;
  const role: string = useWatch({ control, name: names.role });
  return (
    <>
      <ChoiceField control={control} name={names.role} label="Role" choices={ROLES} explain={explainRole} />
      {role === "agent" ? (
        <ChoiceField
          control={control}
          name={names.agentId}
          label="Agent"
          nothing="Choose who this is"
          choices={agents.map(({ agentId, name, extension }) => ({ value: agentId, label: `${name}, ${extension}` }))}
          explain={() =>
            agents.length === 0
              ? "Every agent at work has a user already. Add one under Agents."
              : "The person at this extension. Each agent can be one user."
          }
        />
      ) : (
        <TeamsField control={control} name={names.teamIds} teams={teams} />
      )}
    </>
  );
}

const RIGHTS = { role: "role", agentId: "agentId", teamIds: "teamIds" } as const;

/** A new user, whose one-time password comes back to be shown once. */
export function NewUserDialog(props: {
  choices: Choices;
  onCreated: (issued: IssuedPassword) => void;
  onClose: () => void;
}) {
  const { form, onSubmit } = useFormDialog<CreateUserForm, { password: string }>({
    schema: createUserSchema,
    defaultValues: { name: "", email: "", role: "supervisor", teamIds: [], agentId: null },
    action: createUser,
    onDone: ({ password }) => props.onCreated({ email: form.getValues("email"), password }),
  });
  return (
    <FormDialog
      form={form}
      title="New user"
      description="You get a one-time password to hand over. It must be changed at the first sign-in."
      saveLabel="Create user"
      onSubmit={onSubmit}
      onClose={props.onClose}
    >
      <TextField control={form.control} name="name" label="Name" autoComplete="off" />
      <TextField control={form.control} name="email" label="Email" type="email" autoComplete="off" />
      <RightsFields control={form.control} names={RIGHTS} {...props.choices} />
    </FormDialog>
  );
}

/** Name, role and teams, or agent, of a user. Takes effect at once, also on open pages. */
export function EditUserDialog({ user, choices, onClose }: { user: UserRow; choices: Choices; onClose: () => void }) {
  const { userId, name, role, teamIds, agentId, active } = user;
  const { form, onSubmit } = useFormDialog<UpdateUserForm, unknown>({
    schema: updateUserSchema,
    defaultValues: { userId, name, role, teamIds, agentId, active },
    action: updateUser,
    onDone: () => {
      toast.success("User saved. It holds at once.");
      onClose();
    },
  });
  return (
    <FormDialog
      form={form}
      title={`Change ${name}`}
      description={user.email}
      saveLabel="Save"
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <TextField control={form.control} name="name" label="Name" autoComplete="off" />
      <RightsFields control={form.control} names={RIGHTS} {...choices} />
    </FormDialog>
  );
}
