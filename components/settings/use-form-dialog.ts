"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { type DefaultValues, type FieldValues, useForm } from "react-hook-form";
import type { z } from "zod";
import { useSubmit } from "@/components/auth/use-submit";
import type { CommandResult } from "@/lib/contract/command-result";

/** The form of a `FormDialog`: checked by the schema, sent to the server action. @returns the form and its onSubmit */
export function useFormDialog<I extends FieldValues, T>(options: {
  schema: z.ZodType<I, I>;
  defaultValues: DefaultValues<I>;
  action: (input: I) => Promise<CommandResult<T>>;
  onDone: (data: T) => void;
}) {
  const { schema, defaultValues, action, onDone } = options;
  const form = useForm<I>({ resolver: zodResolver(schema), defaultValues });
  const onSubmit = useSubmit({ form, action, onDone });
  return { form, onSubmit };
}
