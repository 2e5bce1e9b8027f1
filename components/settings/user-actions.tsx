"use client";

import { MoreHorizontal } from "lucide-react";
import { toast } from "sonner";
import type { IssuedPassword } from "@/components/settings/one-time-password-dialog";
import { useRowAction } from "@/components/settings/use-row-action";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { resetPassword, revokeSessions, updateUser } from "@/lib/auth/actions";
import type { UserRow } from "@/lib/auth/data";

/** What an admin may do to a user besides editing. One's own account is not deactivated from here. */
export function UserActions(props: { user: UserRow; isOwn: boolean; onIssued: (issued: IssuedPassword) => void }) {
  const { user, isOwn, onIssued } = props;
  const { userId, name, email, role, teamIds, agentId, active } = user;
  const { pending, run } = useRowAction();

  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${name}`} disabled={pending}>
          <MoreHorizontal className="size-4" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem
          onSelect={() =>
            run({
              action: () => resetPassword({ userId }),
              onDone: ({ password }) => onIssued({ email, password }),
            })
          }
        >
          New one-time password
        </DropdownMenuItem>
        <DropdownMenuItem
          onSelect={() =>
            run({
              action: () => revokeSessions({ userId }),
              onDone: ({ ended }) => toast.success(ended === 1 ? "1 session ended." : `${ended} sessions ended.`),
            })
          }
        >
          End all sessions
        </DropdownMenuItem>
        {!isOwn && (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem
              onSelect={() =>
                run({
                  action: () => updateUser({ userId, name, role, teamIds, agentId, active: !active }),
                  onDone: () =>
                    toast.success(active ? `${name} is deactivated and signed out.` : `${name} is active again.`),
                })
              }
            >
              {active ? "Deactivate" : "Activate"}
            </DropdownMenuItem>
          </>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
