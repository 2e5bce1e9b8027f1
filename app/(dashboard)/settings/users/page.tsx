import type { Metadata } from "next";
import { UsersPanel } from "@/components/settings/users-panel";
import { loadTeams } from "@/lib/agents/loaders";
import { loadUsers, requireAdmin } from "@/lib/auth/loaders";

export const metadata: Metadata = { title: "Users" };

export default async function UsersPage() {
  const viewer = await requireAdmin();
  const [users, teams] = await Promise.all([loadUsers(), loadTeams()]);
  return <UsersPanel users={users} teams={teams} ownId={viewer.userId} />;
}
