"use client";

import { useState } from "react";
import { type IssuedPassword, OneTimePasswordDialog } from "@/components/settings/one-time-password-dialog";
import { Panel } from "@/components/settings/panel";
import { UserActions } from "@/components/settings/user-actions";
import { EditUserDialog, NewUserDialog } from "@/components/settings/user-dialog";
import { Badge } from "@/components/ui/badge";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { TeamRow } from "@/lib/agents/types";
import { ROLE_LABELS } from "@/lib/auth/constants";
import type { UserRow } from "@/lib/auth/data";

type Open = { kind: "new" } | { kind: "edit"; user: UserRow } | { kind: "issued"; issued: IssuedPassword } | null;

function StateBadge({ user }: { user: UserRow }) {
  if (!user.active) return <Badge variant="idle">Deactivated</Badge>;
  if (user.mustChangePassword) return <Badge variant="barge">One-time password</Badge>;
  return <Badge>{user.sessions > 0 ? "Signed in" : "Active"}</Badge>;
}

export function UsersPanel({ users, teams, ownId }: { users: UserRow[]; teams: TeamRow[]; ownId: string }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const onIssued = (issued: IssuedPassword) => setOpen({ kind: "issued", issued });
  const names = new Map(teams.map((team) => [team.teamId, team.name]));
  const teamsOf = (user: UserRow) =>
    user.role === "admin" ? "All" : user.teamIds.map((teamId) => names.get(teamId)).join(", ") || "None: sees no calls";
  return (
    <Panel
      title="Users"
      description="Who may sign in. Changes hold at once, also on pages that are open."
      addLabel="New user"
      onAdd={() => setOpen({ kind: "new" })}
    >
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>User</TableHead>
            <TableHead>Role</TableHead>
            <TableHead>Teams</TableHead>
            <TableHead>State</TableHead>
            <TableHead>
              <span className="sr-only">Actions</span>
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {users.map((user) => (
            <TableRow key={user.userId} className={user.active ? "" : "text-muted-foreground"}>
              <TableCell>
                <span className="block font-medium">
                  {user.name}
                  {user.userId === ownId && " (you)"}
                </span>
                <span className="block text-muted-foreground text-xs">{user.email}</span>
              </TableCell>
              <TableCell>{ROLE_LABELS[user.role]}</TableCell>
              <TableCell>{teamsOf(user)}</TableCell>
              <TableCell>
                <StateBadge user={user} />
              </TableCell>
              <TableCell className="text-right">
                <UserActions
                  user={user}
                  isOwn={user.userId === ownId}
                  onEdit={() => setOpen({ kind: "edit", user })}
                  onIssued={onIssued}
                />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {open?.kind === "new" && <NewUserDialog teams={teams} onCreated={onIssued} onClose={close} />}
      {open?.kind === "edit" && <EditUserDialog user={open.user} teams={teams} onClose={close} />}
      {open?.kind === "issued" && <OneTimePasswordDialog issued={open.issued} onClose={close} />}
    </Panel>
  );
}
