import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInForm } from "@/components/auth/sign-in-form";
import { FIRST_PATH } from "@/lib/auth/constants";
import { currentVisitor } from "@/lib/auth/loaders";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage() {
  if (await currentVisitor()) redirect(FIRST_PATH);
  return <SignInForm />;
}
