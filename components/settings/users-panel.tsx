"use client";

import { useMemo, useState } from "react";
import { EditButton } from "@/components/settings/edit-button";
import { type IssuedPassword, OneTimePasswordDialog } from "@/components/settings/one-time-password-dialog";
import { Panel } from "@/components/settings/panel";
import { UserActions } from "@/components/settings/user-actions";
import { EditUserDialog, NewUserDialog } from "@/components/settings/user-dialog";
import { Badge } from "@/components/ui/badge";
import { columnsFor, DataTable } from "@/components/ui/data-table";
import type { AgentRow, TeamRow } from "@/lib/agents/types";
import { ROLE_LABELS } from "@/lib/auth/constants";
import type { UserRow } from "@/lib/auth/data";

type Open = { kind: "new" } | { kind: "edit"; user: UserRow } | { kind: "issued"; issued: IssuedPassword } | null;
type UserLine = UserRow & { isOwn: boolean; teams: string };

function stateOf(user: UserRow) {
  if (!user.active) return { label: "Deactivated", variant: "idle" } as const;
  if (user.mustChangePassword) return { label: "One-time password", variant: "barge" } as const;
  return { label: user.sessions > 0 ? "Signed in" : "Active", variant: "default" } as const;
}

const column = columnsFor<UserLine>();
const COLUMNS = column.columns([
  column.accessor(({ name, email }) => `${name} ${email}`, {
    id: "user",
    header: "User",
    cell: ({ row: { original: user } }) => (
      <>
        <span className="block font-medium">
          {user.name}
          {user.isOwn && " (you)"}
        </span>
        <span className="block text-muted-foreground text-xs">{user.email}</span>
      </>
    ),
  }),
  column.accessor((user) => ROLE_LABELS[user.role], { id: "role", header: "Role" }),
  column.accessor("teams", { header: "Teams or agent" }),
  column.accessor((user) => stateOf(user).label, {
    id: "state",
    header: "State",
    cell: ({ row, getValue }) => <Badge variant={stateOf(row.original).variant}>{getValue()}</Badge>,
  }),
]);

type People = { users: UserRow[]; teams: TeamRow[]; agents: AgentRow[] };

function linesOf(options: People & { ownId: string }): UserLine[] {
  const names = new Map(options.teams.map((team) => [team.teamId, team.name]));
  const agents = new Map(options.agents.map((agent) => [agent.agentId, agent]));
  const agentOf = ({ agentId }: UserRow) => {
    const agent = agentId && agents.get(agentId);
    return agent?.active ? `${agent.name}, ${agent.extension}` : "No agent: has no desk";
  };
  const teamsOf = (user: UserRow) => {
    if (user.role === "agent") return agentOf(user);
    if (user.role === "admin") return "All";
    return user.teamIds.map((teamId) => names.get(teamId)).join(", ") || "None: sees no calls";
  };
  return options.users.map((user) => ({ ...user, isOwn: user.userId === options.ownId, teams: teamsOf(user) }));
}

/** Agents at work whom no other user is. */
function freeAgents({ users, agents }: Omit<People, "teams">, { user }: { user: UserRow | null }): AgentRow[] {
  const taken = new Set(users.filter((other) => other.userId !== user?.userId).map((other) => other.agentId));
  return agents.filter((agent) => agent.active && !taken.has(agent.agentId));
}

export function UsersPanel({ users, teams, agents, ownId }: People & { ownId: string }) {
  const [open, setOpen] = useState<Open>(null);
  const lines = useMemo(() => linesOf({ users, teams, agents, ownId }), [users, teams, agents, ownId]);
  const choicesFor = (user: UserRow | null) => ({ teams, agents: freeAgents({ users, agents }, { user }) });
  const close = () => setOpen(null);
  const onIssued = (issued: IssuedPassword) => setOpen({ kind: "issued", issued });
  return (
    <Panel
      title="Users"
      description="Who may sign in. Changes hold at once, also on pages that are open."
      addLabel="New user"
      onAdd={() => setOpen({ kind: "new" })}
    >
      <DataTable
        rows={lines}
        columns={COLUMNS}
        rowId={(user) => user.userId}
        caption="Users with role, teams or agent, and state"
        filterLabel="Filter users"
        rowClassName={(user) => (user.active ? "" : "text-muted-foreground")}
        actions={(user) => (
          <>
            <EditButton name={user.name} onClick={() => setOpen({ kind: "edit", user })} />
            <UserActions user={user} isOwn={user.isOwn} onIssued={onIssued} />
          </>
        )}
      />
      {open?.kind === "new" && <NewUserDialog choices={choicesFor(null)} onCreated={onIssued} onClose={close} />}
      {open?.kind === "edit" && <EditUserDialog user={open.user} choices={choicesFor(open.user)} onClose={close} />}
      {open?.kind === "issued" && <OneTimePasswordDialog issued={open.issued} onClose={close} />}
    </Panel>
  );
}
