"use client";

import { CircleHelp, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { NowListening } from "@/components/headset/now-listening";
import { CommandPalette } from "@/components/layout/command-palette";
import { KeyboardHelp } from "@/components/layout/keyboard-help";
import { NavBar } from "@/components/layout/nav-bar";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { UserMenu } from "@/components/layout/user-menu";
import { ConnectionBanner } from "@/components/realtime/connection-banner";
import { StatusBar } from "@/components/realtime/status-bar";
import { Kbd } from "@/components/ui/kbd";
import type { Viewer } from "@/lib/auth/types";

export type ShellUser = Pick<Viewer, "name" | "email" | "role">;

const railButton =
  "hidden h-9 items-center justify-center gap-2.5 rounded-md px-2.5 text-13 text-muted-foreground hover:bg-accent hover:text-foreground md:flex xl:h-8 [&_svg]:size-4";

/** Frame of every signed-in page: navigation, palette, help, status. */
export function DashboardShell({
  user,
  onSignOut,
  children,
}: {
  user: ShellUser;
  onSignOut: () => void;
  children: ReactNode;
}) {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const router = useRouter();
  useShortcuts({ "?": () => setHelp(true) });
  usePaletteKey(() => setPalette((open) => !open));
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-primary-foreground text-sm focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <NavBar role={user.role}>
        <button type="button" className={railButton} onClick={() => setPalette(true)}>
          <Search aria-hidden /> <span className="flex-1 text-left max-xl:sr-only">Search</span>{" "}
          <Kbd className="max-xl:hidden">Ctrl K</Kbd>
        </button>
        <button type="button" className={railButton} onClick={() => setHelp(true)}>
          <CircleHelp aria-hidden /> <span className="flex-1 text-left max-xl:sr-only">Keyboard</span>{" "}
          <Kbd className="max-xl:hidden">?</Kbd>
        </button>
        <UserMenu user={user} onSignOut={onSignOut} />
      </NavBar>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col pb-14 md:pb-0">
        <ConnectionBanner />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          {children}
        </main>
        <NowListening />
        <StatusBar />
      </div>
      <CommandPalette
        open={palette}
        onOpenChange={setPalette}
        role={user.role}
        onGo={(href) => router.push(href)}
        onHelp={() => setHelp(true)}
        onSignOut={onSignOut}
      />
      <KeyboardHelp open={help} onOpenChange={setHelp} />
    </div>
  );
}

function usePaletteKey(toggle: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      toggle();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [toggle]);
}
