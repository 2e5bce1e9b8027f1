"use client";

import type { Control, FieldPath, FieldValues } from "react-hook-form";
import { FormControl, FormDescription, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import { Switch } from "@/components/ui/switch";

/** A labelled switch of a form, with a line that says what it does. */
export function SwitchField<T extends FieldValues>(props: {
  control: Control<T>;
  name: FieldPath<T>;
  label: string;
  explanation: string;
}) {
  const { control, name, label, explanation } = props;
  return (
    <FormField
      control={control}
      name={name}
      render={({ field }) => (
        <FormItem className="grid-cols-[1fr_auto] items-start gap-x-4 gap-y-0.5">
          <FormLabel>{label}</FormLabel>
          <FormControl>
            <Switch ref={field.ref} checked={field.value} onCheckedChange={field.onChange} onBlur={field.onBlur} />
          </FormControl>
          <FormDescription>{explanation}</FormDescription>
          <FormMessage className="col-span-full" />
        </FormItem>
      )}
    />
  );
}
