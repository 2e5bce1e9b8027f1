"use client";

import { Headset } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { EmptyState } from "@/components/layout/empty-state";
import { AgentDialog } from "@/components/settings/agent-dialog";
import { EditButton } from "@/components/settings/edit-button";
import { Panel } from "@/components/settings/panel";
import { useRowAction } from "@/components/settings/use-row-action";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { columnsFor, DataTable } from "@/components/ui/data-table";
import { updateAgent } from "@/lib/agents/actions";
import type { AgentRow, TeamRow } from "@/lib/agents/types";

const column = columnsFor<AgentRow>();
const COLUMNS = column.columns([
  column.accessor("name", { header: "Agent", meta: { className: "font-medium" } }),
  column.accessor("extension", { header: "Extension", meta: { className: "tabular-nums" } }),
  column.accessor((agent) => agent.teamName ?? "No team", { id: "team", header: "Team" }),
  column.accessor((agent) => (agent.active ? "Active" : "Deactivated"), {
    id: "state",
    header: "State",
    cell: ({ row, getValue }) => <Badge variant={row.original.active ? "default" : "idle"}>{getValue()}</Badge>,
  }),
]);

function ActiveButton({ agent }: { agent: AgentRow }) {
  const { agentId, name, extension, teamId, active } = agent;
  const { pending, run } = useRowAction();
  const verb = active ? "Deactivate" : "Activate";
  const toggle = () =>
    run({
      action: () => updateAgent({ agentId, name, extension, teamId, active: !active }),
      onDone: () => toast.success(active ? `${name} is deactivated.` : `${name} is active again.`),
    });
  return (
    <Button variant="ghost" size="sm" disabled={pending} aria-label={`${verb} ${name}`} onClick={toggle}>
      {verb}
    </Button>
  );
}

export function AgentsPanel({ agents, teams }: { agents: AgentRow[]; teams: TeamRow[] }) {
  const [open, setOpen] = useState<{ agent: AgentRow | null } | null>(null);
  return (
    <Panel
      title="Agents"
      description="The people whose calls are supervised. A deactivated agent's extension is nobody's; past calls keep their names."
      addLabel="New agent"
      onAdd={() => setOpen({ agent: null })}
    >
      <DataTable
        rows={agents}
        columns={COLUMNS}
        rowId={(agent) => agent.agentId}
        caption="Agents with extension, team and state"
        filterLabel="Filter agents"
        rowClassName={(agent) => (agent.active ? "" : "text-muted-foreground")}
        actions={(agent) => (
          <>
            <EditButton name={agent.name} onClick={() => setOpen({ agent })} />
            <ActiveButton agent={agent} />
          </>
        )}
        empty={
          <EmptyState icon={Headset} title="No agents yet">
            Add the people who answer calls with their extension. Calls to other extensions are seen by admins only.
          </EmptyState>
        }
      />
      {open && <AgentDialog agent={open.agent} teams={teams} onClose={() => setOpen(null)} />}
    </Panel>
  );
}
