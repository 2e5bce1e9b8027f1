import type { Metadata } from "next";
import { TeamsPanel } from "@/components/settings/teams-panel";
import { loadTeams } from "@/lib/agents/loaders";

export const metadata: Metadata = { title: "Teams" };

export default async function TeamsPage() {
  return <TeamsPanel teams={await loadTeams()} />;
}
