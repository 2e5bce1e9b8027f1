"use client";

import type { FieldPath, FieldValues, UseFormReturn } from "react-hook-form";
import type { CommandResult } from "@/lib/contract/command-result";

/**
 * Sends a form to a server action and puts what comes back where it belongs: at the field at fault, or above the button
 * (`errors.root`). @returns the form's onSubmit.
 */
export function useSubmit<I extends FieldValues, T>(options: {
  form: UseFormReturn<I>;
  action: (input: I) => Promise<CommandResult<T>>;
  onDone: (data: T) => void;
}) {
  const { form, action, onDone } = options;
  return form.handleSubmit(async (input) => {
    const result = await action(input).catch(() => null);
    if (result === null) {
      form.setError("root", { message: "The server does not answer. Nothing was changed; try again." });
      return;
    }
    if (result.ok) {
      onDone(result.data);
      return;
    }
    const field = fieldOf({ form, name: result.field });
    if (field) form.setError(field, { message: result.message }, { shouldFocus: true });
    else form.setError("root", { message: result.message });
  });
}

function fieldOf<I extends FieldValues>(options: { form: UseFormReturn<I>; name: string | undefined }) {
  const known = Object.keys(options.form.getValues());
  const isField = (name: string): name is FieldPath<I> => known.includes(name);
  return options.name !== undefined && isField(options.name) ? options.name : null;
}
