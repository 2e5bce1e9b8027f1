"use client";

import type * as React from "react";
import type { Control, FieldPath, FieldValues } from "react-hook-form";
import { FormControl, FormDescription, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import { Input } from "@/components/ui/input";

type TextFieldProps<T extends FieldValues> = Omit<React.ComponentProps<typeof Input>, "name"> & {
  control: Control<T>;
  name: FieldPath<T>;
  label: string;
  description?: string;
};

/** A labelled input of a form, with its description and its error. A `number` input hands on a number, or NaN. */
export function TextField<T extends FieldValues>({ control, name, label, description, ...input }: TextFieldProps<T>) {
  return (
    <FormField
      control={control}
      name={name}
      render={({ field }) => (
        <FormItem>
          <FormLabel>{label}</FormLabel>
          <FormControl>
            <Input
              {...input}
              {...field}
              value={Number.isNaN(field.value) ? "" : field.value}
              onChange={(event) =>
                field.onChange(input.type === "number" ? event.target.valueAsNumber : event.target.value)
              }
            />
          </FormControl>
          {description && <FormDescription>{description}</FormDescription>}
          <FormMessage />
        </FormItem>
      )}
    />
  );
}
