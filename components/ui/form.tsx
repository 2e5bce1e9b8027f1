"use client";

import { Slot } from "radix-ui";
import * as React from "react";
import {
  Controller,
  type ControllerProps,
  type FieldPath,
  type FieldValues,
  FormProvider,
  useFormContext,
  useFormState,
} from "react-hook-form";
import { cn } from "@/components/ui/cn";
import { Label } from "@/components/ui/label";

/** react-hook-form's provider; wrap a `<form>` in it. */
export const Form = FormProvider;

const FieldContext = React.createContext<string | null>(null);
const ItemContext = React.createContext<string | null>(null);

export function FormField<TValues extends FieldValues, TName extends FieldPath<TValues>>(
  props: ControllerProps<TValues, TName>,
) {
  return (
    <FieldContext.Provider value={props.name}>
      <Controller {...props} />
    </FieldContext.Provider>
  );
}

function useField() {
  const name = React.useContext(FieldContext);
  const id = React.useContext(ItemContext);
  if (name === null || id === null) throw new Error("form parts belong inside <FormField> and <FormItem>");
  const { getFieldState } = useFormContext();
  const state = getFieldState(name, useFormState({ name }));
  return { error: state.error, controlId: `${id}-control`, descriptionId: `${id}-description`, errorId: `${id}-error` };
}

export function FormItem({ className, ...props }: React.ComponentProps<"div">) {
  const id = React.useId();
  return (
    <ItemContext.Provider value={id}>
      <div data-slot="form-item" className={cn("grid gap-1.5", className)} {...props} />
    </ItemContext.Provider>
  );
}

export function FormLabel(props: React.ComponentProps<typeof Label>) {
  const { controlId } = useField();
  return <Label htmlFor={controlId} {...props} />;
}

/** Hands the control its id, its description and its error. */
export function FormControl(props: React.ComponentProps<typeof Slot.Root>) {
  const { error, controlId, descriptionId, errorId } = useField();
  return (
    <Slot.Root
      id={controlId}
      aria-describedby={error ? `${descriptionId} ${errorId}` : descriptionId}
      aria-invalid={error !== undefined}
      {...props}
    />
  );
}

export function FormDescription({ className, ...props }: React.ComponentProps<"p">) {
  const { descriptionId } = useField();
  return <p id={descriptionId} className={cn("text-muted-foreground text-xs", className)} {...props} />;
}

/** The field's error, or nothing. */
export function FormMessage({ className, children, ...props }: React.ComponentProps<"p">) {
  const { error, errorId } = useField();
  const body = error?.message ?? children;
  if (!body) return null;
  return (
    <p id={errorId} role="alert" className={cn("text-danger text-xs", className)} {...props}>
      {body}
    </p>
  );
}
