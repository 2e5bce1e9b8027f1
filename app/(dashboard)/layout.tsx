import type { ReactNode } from "react";
import { Dashboard } from "@/components/layout/dashboard";
import { requireViewer } from "@/lib/auth/loaders";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const { name, email, role } = await requireViewer();
  return <Dashboard user={{ name, email, role }}>{children}</Dashboard>;
}
