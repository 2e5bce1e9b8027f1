import type { Metadata } from "next";
import { AgentsPanel } from "@/components/settings/agents-panel";
import { loadAgents, loadTeams } from "@/lib/agents/loaders";

export const metadata: Metadata = { title: "Agents" };

export default async function AgentsPage() {
  const [agents, teams] = await Promise.all([loadAgents(), loadTeams()]);
  return <AgentsPanel agents={agents} teams={teams} />;
}
