"use client";

import { CircleOff, Hand, UsersRound, Zap } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "@/components/layout/empty-state";
import { EditButton } from "@/components/settings/edit-button";
import { Panel } from "@/components/settings/panel";
import { TeamDialog } from "@/components/settings/team-dialog";
import { Badge } from "@/components/ui/badge";
import { columnsFor, DataTable } from "@/components/ui/data-table";
import { POLICY_TEXTS } from "@/lib/agents/constants";
import type { TeamRow } from "@/lib/agents/types";
import type { WhisperPolicy } from "@/lib/contract/coaching";

const LOOKS = {
  approve: { variant: "whisper", icon: Hand },
  automatic: { variant: "barge", icon: Zap },
  off: { variant: "idle", icon: CircleOff },
} as const;

function PolicyBadge({ policy }: { policy: WhisperPolicy }) {
  const { variant, icon: Icon } = LOOKS[policy];
  return (
    <Badge variant={variant}>
      <Icon aria-hidden /> {POLICY_TEXTS[policy].label}
    </Badge>
  );
}

/** What agents notice of being supervised. */
function noticed({ whisperTone, tellAgents }: TeamRow): string {
  if (tellAgents) return whisperTone ? "who listens, a tone" : "who listens";
  return whisperTone ? "a tone" : "nothing";
}

const column = columnsFor<TeamRow>();
const COLUMNS = column.columns([
  column.accessor("name", { header: "Team", meta: { className: "font-medium" } }),
  column.accessor((team) => POLICY_TEXTS[team.whisperPolicy].label, {
    id: "policy",
    header: "AI whispers",
    cell: ({ row }) => <PolicyBadge policy={row.original.whisperPolicy} />,
  }),
  column.accessor("suggestionExpirySeconds", {
    header: "Expire after",
    cell: ({ getValue }) => `${getValue()} s`,
    meta: { align: "right" },
  }),
  column.accessor("maxSuggestionsPerMinute", { header: "A minute", meta: { align: "right" } }),
  column.accessor(noticed, { id: "noticed", header: "Agents notice", meta: { className: "text-muted-foreground" } }),
  column.accessor("agents", { header: "Agents", meta: { align: "right" } }),
  column.accessor("members", { header: "Users", meta: { align: "right" } }),
]);

export function TeamsPanel({ teams }: { teams: TeamRow[] }) {
  const [open, setOpen] = useState<{ team: TeamRow | null } | null>(null);
  return (
    <Panel
      title="Teams"
      description="Who may see which calls, and whether a person decides before the AI whispers."
      addLabel="New team"
      onAdd={() => setOpen({ team: null })}
    >
      <DataTable
        rows={teams}
        columns={COLUMNS}
        rowId={(team) => team.teamId}
        caption="Teams with their rules for whispers by the AI, and how many agents and users they have"
        actions={(team) => <EditButton name={team.name} onClick={() => setOpen({ team })} />}
        empty={
          <EmptyState icon={UsersRound} title="No teams yet">
            A call belongs to the team of its agent. Create a team, then give it agents and supervisors.
          </EmptyState>
        }
      />
      {open && <TeamDialog team={open.team} onClose={() => setOpen(null)} />}
    </Panel>
  );
}
