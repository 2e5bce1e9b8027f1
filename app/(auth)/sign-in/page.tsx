import type { Metadata } from "next";
import { SignInForm } from "@/components/auth/sign-in-form";
import { loadSignIn } from "@/lib/rehearsal/loaders";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage() {
  return <SignInForm {...(await loadSignIn())} />;
}
