import type { Metadata } from "next";
import type { ReactNode } from "react";
import { PageBody } from "@/components/layout/page-body";
import { PageHeader } from "@/components/layout/page-header";
import { SettingsNav } from "@/components/settings/settings-nav";
import { requireAdmin } from "@/lib/auth/loaders";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  await requireAdmin();
  return (
    <PageBody>
      <PageHeader title="Settings" />
      <SettingsNav />
      {children}
    </PageBody>
  );
}
