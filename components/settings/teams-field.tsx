"use client";

import { useId } from "react";
import type { Control, FieldPath, FieldValues } from "react-hook-form";
import { Checkbox } from "@/components/ui/checkbox";
import { FormField } from "@/components/ui/form";
import { Label } from "@/components/ui/label";
import type { TeamRow } from "@/lib/agents/types";

/** The teams a user sees, as a list of check boxes. */
export function TeamsField<T extends FieldValues>(props: {
  control: Control<T>;
  name: FieldPath<T>;
  teams: TeamRow[];
}) {
  const id = useId();
  return (
    <FormField
      control={props.control}
      name={props.name}
      render={({ field }) => {
        const chosen: readonly string[] = field.value;
        return (
          <fieldset className="grid gap-2">
            <legend className="mb-1.5 font-medium text-13">Teams</legend>
            {props.teams.length === 0 && (
              <p className="text-muted-foreground text-xs">There are no teams yet. Create one under Teams.</p>
            )}
            {props.teams.map(({ teamId, name }) => (
              <div key={teamId} className="flex items-center gap-2">
                <Checkbox
                  id={`${id}-${teamId}`}
                  checked={chosen.includes(teamId)}
                  onCheckedChange={(checked) =>
                    field.onChange(checked === true ? [...chosen, teamId] : chosen.filter((other) => other !== teamId))
                  }
                />
                <Label htmlFor={`${id}-${teamId}`}>{name}</Label>
              </div>
            ))}
          </fieldset>
        );
      }}
    />
  );
}
