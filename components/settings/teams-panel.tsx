"use client";

import { CircleOff, Hand, UsersRound, Zap } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "@/components/layout/empty-state";
import { Panel } from "@/components/settings/panel";
import { TeamDialog } from "@/components/settings/team-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
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

export function TeamsPanel({ teams }: { teams: TeamRow[] }) {
  const [open, setOpen] = useState<{ team: TeamRow | null } | null>(null);
  return (
    <Panel
      title="Teams"
      description="Who may see which calls, and whether a person decides before the AI whispers."
      addLabel="New team"
      onAdd={() => setOpen({ team: null })}
    >
      {teams.length === 0 ? (
        <EmptyState icon={UsersRound} title="No teams yet">
          A call belongs to the team of the agent who is called. Create a team, then give it agents and supervisors.
        </EmptyState>
      ) : (
        <Table>
          <TableHeader>
            <TableRow>
              <TableHead>Team</TableHead>
              <TableHead>AI whispers</TableHead>
              <TableHead className="text-right">Expire after</TableHead>
              <TableHead className="text-right">A minute</TableHead>
              <TableHead className="text-right">Agents</TableHead>
              <TableHead className="text-right">Users</TableHead>
              <TableHead>
                <span className="sr-only">Actions</span>
              </TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {teams.map((team) => (
              <TableRow key={team.teamId}>
                <TableCell className="font-medium">{team.name}</TableCell>
                <TableCell>
                  <PolicyBadge policy={team.whisperPolicy} />
                </TableCell>
                <TableCell className="text-right tabular-nums">{team.suggestionExpirySeconds} s</TableCell>
                <TableCell className="text-right tabular-nums">{team.maxSuggestionsPerMinute}</TableCell>
                <TableCell className="text-right tabular-nums">{team.agents}</TableCell>
                <TableCell className="text-right tabular-nums">{team.members}</TableCell>
                <TableCell className="text-right">
                  <Button variant="ghost" size="sm" aria-label={`Edit ${team.name}`} onClick={() => setOpen({ team })}>
                    Edit
                  </Button>
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {open && <TeamDialog team={open.team} onClose={() => setOpen(null)} />}
    </Panel>
  );
}
