import type { Metadata } from "next";
import { UsersPanel } from "@/components/settings/users-panel";
import { loadAgents, loadTeams } from "@/lib/agents/loaders";
import { loadUsers, requireAdmin } from "@/lib/auth/loaders";

export const metadata: Metadata = { title: "Users" };

export default async function UsersPage() {
  const viewer = await requireAdmin();
  const [users, teams, agents] = await Promise.all([loadUsers(), loadTeams(), loadAgents()]);
  return <UsersPanel users={users} teams={teams} agents={agents} ownId={viewer.userId} />;
}
