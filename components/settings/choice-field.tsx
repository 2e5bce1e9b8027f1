"use client";

import type { Control, FieldPath, FieldValues } from "react-hook-form";
import { FormControl, FormDescription, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "@/components/ui/select";

export type Choice = { value: string; label: string };

/** Radix' select knows no empty value; this one stands for null. */
const NOTHING = "-";

/** A labelled select of a form. `nothing`: a first choice that means null. `explain`: a line about the choice made. */
export function ChoiceField<T extends FieldValues>(props: {
  control: Control<T>;
  name: FieldPath<T>;
  label: string;
  choices: readonly Choice[];
  nothing?: string;
  explain?: (value: string) => string;
}) {
  const { control, name, label, choices, nothing, explain } = props;
  return (
    <FormField
      control={control}
      name={name}
      render={({ field }) => (
        <FormItem>
          <FormLabel>{label}</FormLabel>
          <Select
            value={field.value ?? NOTHING}
            onValueChange={(value) => field.onChange(value === NOTHING ? null : value)}
          >
            <FormControl>
              <SelectTrigger ref={field.ref} onBlur={field.onBlur} className="w-full">
                <SelectValue />
              </SelectTrigger>
            </FormControl>
            <SelectContent>
              {nothing && <SelectItem value={NOTHING}>{nothing}</SelectItem>}
              {choices.map((choice) => (
                <SelectItem key={choice.value} value={choice.value}>
                  {choice.label}
                </SelectItem>
              ))}
            </SelectContent>
          </Select>
          {explain && <FormDescription>{explain(field.value)}</FormDescription>}
          <FormMessage />
        </FormItem>
      )}
    />
  );
}
