import type { Metadata } from "next";
import { DeskPage } from "@/components/desk/desk-page";
import { loadDesk } from "@/lib/agents/loaders";

export const metadata: Metadata = { title: "Desk" };

/** Only the frame: the agent's own call comes by socket, where the server knows whose it is. */
export default async function AgentPage() {
  const { viewer, agent } = await loadDesk();
  const { name, email, role } = viewer;
  return <DeskPage user={{ name, email, role }} agent={agent} />;
}
