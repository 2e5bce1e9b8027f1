"use client";

import { Headset } from "lucide-react";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { EmptyState } from "@/components/layout/empty-state";
import { AgentDialog } from "@/components/settings/agent-dialog";
import { Panel } from "@/components/settings/panel";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { updateAgent } from "@/lib/agents/actions";
import type { AgentRow, TeamRow } from "@/lib/agents/types";

function AgentLine({ agent, onEdit }: { agent: AgentRow; onEdit: () => void }) {
  const [pending, startTransition] = useTransition();
  const toggle = () =>
    startTransition(async () => {
      const { agentId, name, extension, teamId, active } = agent;
      const result = await updateAgent({ agentId, name, extension, teamId, active: !active }).catch(() => null);
      if (result?.ok) toast.success(active ? `${name} is deactivated.` : `${name} is active again.`);
      else toast.error(result?.message ?? "The server does not answer. Nothing was changed; try again.");
    });
  return (
    <TableRow className={agent.active ? "" : "text-muted-foreground"}>
      <TableCell className="font-medium">{agent.name}</TableCell>
      <TableCell className="tabular-nums">{agent.extension}</TableCell>
      <TableCell>{agent.teamName ?? "No team"}</TableCell>
      <TableCell>
        <Badge variant={agent.active ? "default" : "idle"}>{agent.active ? "Active" : "Deactivated"}</Badge>
      </TableCell>
      <TableCell className="whitespace-nowrap text-right">
        <Button variant="ghost" size="sm" aria-label={`Edit ${agent.name}`} onClick={onEdit}>
          Edit
        </Button>
        <Button
          variant="ghost"
          size="sm"
          disabled={pending}
          aria-label={`${agent.active ? "Deactivate" : "Activate"} ${agent.name}`}
          onClick={toggle}
        >
          {agent.active ? "Deactivate" : "Activate"}
        </Button>
      </TableCell>
    </TableRow>
  );
}

export function AgentsPanel({ agents, teams }: { agents: AgentRow[]; teams: TeamRow[] }) {
  const [open, setOpen] = useState<{ agent: AgentRow | null } | null>(null);
  return (
    <Panel
      title="Agents"
      description="The people who are called. A deactivated agent's extension is nobody's; past calls keep their names."
      addLabel="New agent"
      onAdd={() => setOpen({ agent: null })}
    >
      {agents.length === 0 ? (
        <EmptyState icon={Headset} title="No agents yet">
          Add the people who answer calls with their extension. Calls to other extensions are seen by admins only.
        </EmptyState>
      ) : (
        <Table>
          <TableHeader>
            <TableRow>
              <TableHead>Agent</TableHead>
              <TableHead>Extension</TableHead>
              <TableHead>Team</TableHead>
              <TableHead>State</TableHead>
              <TableHead>
                <span className="sr-only">Actions</span>
              </TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {agents.map((agent) => (
              <AgentLine key={agent.agentId} agent={agent} onEdit={() => setOpen({ agent })} />
            ))}
          </TableBody>
        </Table>
      )}
      {open && <AgentDialog agent={open.agent} teams={teams} onClose={() => setOpen(null)} />}
    </Panel>
  );
}
