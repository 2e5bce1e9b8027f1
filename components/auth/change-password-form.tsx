"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { FormFailure } from "@/components/auth/form-failure";
import { TextField } from "@/components/auth/text-field";
import { useSubmit } from "@/components/auth/use-submit";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader } from "@/components/ui/card";
import { Form } from "@/components/ui/form";
import { changePassword } from "@/lib/auth/actions";
import { FIRST_PATH, MIN_PASSWORD_LENGTH } from "@/lib/auth/constants";
import { type ChangePasswordInput, changePasswordSchema } from "@/lib/auth/schema";

/** `oneTime`: the password in use was given by an admin or printed at the first start; nothing else is possible before. */
export function ChangePasswordForm({ email, oneTime }: { email: string; oneTime: boolean }) {
  const form = useForm<ChangePasswordInput>({
    resolver: zodResolver(changePasswordSchema),
    defaultValues: { current: "", next: "", repeat: "" },
  });
  const submit = useSubmit({ form, action: changePassword, onDone: () => window.location.assign(FIRST_PATH) });

  return (
    <Card>
      <CardHeader>
        <h1 className="font-medium text-sm">{oneTime ? "Choose a password of your own" : "Change your password"}</h1>
        <p className="basis-full text-13 text-muted-foreground">
          {oneTime
            ? `You signed in as ${email} with a one-time password. Change it to go on.`
            : `You are signed in as ${email}. Your other sessions will end.`}
        </p>
      </CardHeader>
      <CardContent>
        <Form {...form}>
          <form method="post" noValidate onSubmit={submit} className="grid gap-4">
            <input type="hidden" name="username" value={email} autoComplete="username" readOnly />
            <TextField
              control={form.control}
              name="current"
              label={oneTime ? "One-time password" : "Current password"}
              type="password"
              autoComplete="current-password"
              autoFocus
            />
            <TextField
              control={form.control}
              name="next"
              label="New password"
              description={`At least ${MIN_PASSWORD_LENGTH} characters. A few words are better than a few signs.`}
              type="password"
              autoComplete="new-password"
            />
            <TextField
              control={form.control}
              name="repeat"
              label="New password again"
              type="password"
              autoComplete="new-password"
            />
            <FormFailure message={form.formState.errors.root?.message} />
            <Button type="submit" variant="brand" size="lg" disabled={form.formState.isSubmitting}>
              {form.formState.isSubmitting ? "Changing" : "Change password"}
            </Button>
          </form>
        </Form>
      </CardContent>
    </Card>
  );
}
