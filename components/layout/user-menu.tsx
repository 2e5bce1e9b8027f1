"use client";

import { ChevronsUpDown, LogOut } from "lucide-react";
import { ThemeChoices } from "@/components/layout/theme-toggle";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { ROLE_LABELS } from "@/lib/auth/constants";
import type { Viewer } from "@/lib/auth/types";

/** Who is signed in, the theme, and the way out. */
export function UserMenu({
  user,
  onSignOut,
}: {
  user: Pick<Viewer, "name" | "email" | "role">;
  onSignOut: () => void;
}) {
  const initials = user.name
    .split(/\s+/)
    .map((part) => part.charAt(0))
    .slice(0, 2)
    .join("")
    .toUpperCase();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        aria-label={`${user.name}: account and theme`}
        className="flex min-h-11 items-center gap-2.5 rounded-md px-2 text-left text-13 hover:bg-accent md:min-h-10 md:max-xl:justify-center"
      >
        <span className="grid size-6 shrink-0 place-items-center rounded-full bg-secondary font-medium text-2xs">
          {initials}
        </span>
        <span className="hidden min-w-0 flex-1 xl:block">
          <span className="block truncate font-medium leading-4">{user.name}</span>
          <span className="block truncate text-2xs text-muted-foreground">{ROLE_LABELS[user.role]}</span>
        </span>
        <ChevronsUpDown className="hidden size-3.5 text-muted-foreground xl:block" aria-hidden />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" side="top" className="w-52">
        <DropdownMenuLabel className="truncate">{user.email}</DropdownMenuLabel>
        <DropdownMenuSeparator />
        <ThemeChoices />
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={onSignOut}>
          <LogOut aria-hidden className="text-muted-foreground" /> Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
