import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ChangePasswordForm } from "@/components/auth/change-password-form";
import { SIGN_IN_PATH } from "@/lib/auth/constants";
import { currentVisitor } from "@/lib/auth/loaders";

export const metadata: Metadata = { title: "Change your password" };

export default async function ChangePasswordPage() {
  const visitor = await currentVisitor();
  if (!visitor) redirect(SIGN_IN_PATH);
  return <ChangePasswordForm email={visitor.viewer.email} oneTime={visitor.mustChangePassword} />;
}
