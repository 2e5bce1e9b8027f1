"use client";

import { type FormEventHandler, type ReactNode, useState } from "react";
import type { FieldValues, UseFormReturn } from "react-hook-form";
import { FormFailure } from "@/components/auth/form-failure";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { Form } from "@/components/ui/form";

/** A form in a dialog: title, fields, what went wrong, cancel and save. Mount it to open it, so that it starts fresh. */
export function FormDialog<I extends FieldValues, O extends FieldValues>(props: {
  form: UseFormReturn<I, unknown, O>;
  title: string;
  description: string;
  saveLabel: string;
  onSubmit: FormEventHandler<HTMLFormElement>;
  onClose: () => void;
  children: ReactNode;
}) {
  const { form, title, description, saveLabel, onSubmit, onClose, children } = props;
  const { isSubmitting, errors } = form.formState;
  const [opener] = useState(() => document.activeElement);
  // Radix gives the focus back to a trigger only, and this dialog has none.
  const giveFocusBack = (event: Event) => {
    event.preventDefault();
    if (opener instanceof HTMLElement) opener.focus();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent onCloseAutoFocus={giveFocusBack}>
        <DialogHeader>
          <DialogTitle>{title}</DialogTitle>
          <DialogDescription>{description}</DialogDescription>
        </DialogHeader>
        <Form {...form}>
          <form noValidate onSubmit={onSubmit} className="grid gap-4">
            {children}
            <FormFailure message={errors.root?.message} />
            <DialogFooter>
              <DialogClose asChild>
                <Button variant="outline">Cancel</Button>
              </DialogClose>
              <Button type="submit" disabled={isSubmitting}>
                {isSubmitting ? "Saving" : saveLabel}
              </Button>
            </DialogFooter>
          </form>
        </Form>
      </DialogContent>
    </Dialog>
  );
}
