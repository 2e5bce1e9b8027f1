"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { LoaderCircle } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { FormFailure } from "@/components/auth/form-failure";
import { requestSignIn } from "@/components/auth/sign-in-request";
import { TextField } from "@/components/auth/text-field";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import { Form } from "@/components/ui/form";
import { FIRST_PATH } from "@/lib/auth/constants";
import { type SignInInput, signInSchema } from "@/lib/auth/schema";

/**
 * Email and password. After it, a full load: nothing of a former session may stay in the page.
 * `hasSoftphone`: whether customers can call in here without an account.
 */
export function SignInForm({ hasSoftphone = false }: { hasSoftphone?: boolean }) {
  const form = useForm<SignInInput>({
    resolver: zodResolver(signInSchema),
    defaultValues: { email: "", password: "" },
  });
  const [failure, setFailure] = useState<string>();
  const [leaving, setLeaving] = useState(false);
  const busy = form.formState.isSubmitting || leaving;

  const submit = form.handleSubmit(async (input) => {
    setFailure(undefined);
    const message = await requestSignIn(input);
    if (message === null) {
      setLeaving(true);
      window.location.assign(FIRST_PATH);
      return;
    }
    setFailure(message);
    form.resetField("password");
    form.setFocus("password");
  });

  return (
    <Card>
      <CardContent className="pt-4">
        <h1 className="sr-only">Sign in to Earshot</h1>
        <Form {...form}>
          {/* post: sent before the page is awake, the password must not end up in the address. */}
          <form method="post" noValidate onSubmit={submit} className="grid gap-4" aria-busy={busy}>
            <TextField
              control={form.control}
              name="email"
              label="Email"
              type="email"
              autoComplete="username"
              autoFocus
            />
            <TextField
              control={form.control}
              name="password"
              label="Password"
              type="password"
              autoComplete="current-password"
            />
            <FormFailure message={failure} />
            <Button type="submit" variant="brand" size="lg" disabled={busy}>
              {busy && <LoaderCircle className="size-4 animate-spin motion-reduce:animate-none" aria-hidden />}
              {busy ? "Signing in" : "Sign in"}
            </Button>
            <p className="text-balance text-center text-muted-foreground text-xs">
              Accounts are made by an admin. Forgotten your password? Ask one for a new one.
            </p>
            {hasSoftphone && (
              <a
                href="/phone"
                className="justify-self-center text-muted-foreground text-xs underline underline-offset-4 hover:text-foreground"
              >
                Call in as a customer
              </a>
            )}
          </form>
        </Form>
      </CardContent>
    </Card>
  );
}
