"use client";

import { MoreHorizontal } from "lucide-react";
import { useTransition } from "react";
import { toast } from "sonner";
import type { IssuedPassword } from "@/components/settings/one-time-password-dialog";
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
import type { CommandResult } from "@/lib/contract/socket-events";

/** What an admin may do to a user besides editing. One's own account is not deactivated from here. */
export function UserActions(props: {
  user: UserRow;
  isOwn: boolean;
  onEdit: () => void;
  onIssued: (issued: IssuedPassword) => void;
}) {
  const { user, isOwn, onEdit, onIssued } = props;
  const { userId, name, email, role, teamIds, active } = user;
  const [pending, startTransition] = useTransition();

  const run = <T,>(action: () => Promise<CommandResult<T>>, onDone: (data: T) => void) =>
    startTransition(async () => {
      const result = await action().catch(() => null);
      if (result?.ok) onDone(result.data);
      else toast.error(result?.message ?? "The server does not answer. Nothing was changed; try again.");
    });

  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${name}`} disabled={pending}>
          <MoreHorizontal className="size-4" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={onEdit}>Edit</DropdownMenuItem>
        <DropdownMenuItem
          onSelect={() =>
            run(
              () => resetPassword({ userId }),
              ({ password }) => onIssued({ email, password }),
            )
          }
        >
          New one-time password
        </DropdownMenuItem>
        <DropdownMenuItem
          onSelect={() =>
            run(
              () => revokeSessions({ userId }),
              ({ ended }) => toast.success(ended === 1 ? "1 session ended." : `${ended} sessions ended.`),
            )
          }
        >
          End all sessions
        </DropdownMenuItem>
        {!isOwn && (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem
              onSelect={() =>
                run(
                  () => updateUser({ userId, name, role, teamIds, active: !active }),
                  () => toast.success(active ? `${name} is deactivated and signed out.` : `${name} is active again.`),
                )
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
