"use client";

import { toast } from "sonner";
import { TextField } from "@/components/auth/text-field";
import { ChoiceField } from "@/components/settings/choice-field";
import { FormDialog } from "@/components/settings/form-dialog";
import type { IssuedPassword } from "@/components/settings/one-time-password-dialog";
import { TeamsField } from "@/components/settings/teams-field";
import { useFormDialog } from "@/components/settings/use-form-dialog";
import type { TeamRow } from "@/lib/agents/types";
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

function explainRole(value: string): string {
  if (value === "admin") return "Sees all teams and calls, and the settings.";
  if (value === "lead") return "Supervises the teams below, and judges their ended calls.";
  return "Watches, hears and coaches the live calls of the teams below.";
}

/** A new user, whose one-time password comes back to be shown once. */
export function NewUserDialog(props: {
  teams: TeamRow[];
  onCreated: (issued: IssuedPassword) => void;
  onClose: () => void;
}) {
  const { form, onSubmit } = useFormDialog<CreateUserForm, { password: string }>({
    schema: createUserSchema,
    defaultValues: { name: "", email: "", role: "supervisor", teamIds: [] },
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
      <ChoiceField control={form.control} name="role" label="Role" choices={ROLES} explain={explainRole} />
      <TeamsField control={form.control} name="teamIds" teams={props.teams} />
    </FormDialog>
  );
}

/** Name, role and teams of a user. Takes effect at once, also on open pages. */
export function EditUserDialog({ user, teams, onClose }: { user: UserRow; teams: TeamRow[]; onClose: () => void }) {
  const { userId, name, role, teamIds, active } = user;
  const { form, onSubmit } = useFormDialog<UpdateUserForm, unknown>({
    schema: updateUserSchema,
    defaultValues: { userId, name, role, teamIds, active },
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
      <ChoiceField control={form.control} name="role" label="Role" choices={ROLES} explain={explainRole} />
      <TeamsField control={form.control} name="teamIds" teams={teams} />
    </FormDialog>
  );
}
