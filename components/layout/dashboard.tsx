"use client";

import type { ReactNode } from "react";
import { signOut } from "@/components/auth/sign-out";
import { HeadsetSheetProvider } from "@/components/headset/headset-sheet-context";
import { DashboardShell, type ShellUser } from "@/components/layout/dashboard-shell";
import { ServerClockProvider } from "@/components/realtime/server-clock";
import { HeadsetProvider } from "@/lib/headset/client";
import { LiveProvider } from "@/lib/realtime/client";

/** Everything around a signed-in page: the socket, the server's clock, the headset, which goes on from page to page, the frame. */
export function Dashboard({ user, children }: { user: ShellUser; children: ReactNode }) {
  return (
    <LiveProvider>
      <ServerClockProvider>
        <HeadsetProvider>
          <HeadsetSheetProvider>
            <DashboardShell user={user} onSignOut={() => void signOut()}>
              {children}
            </DashboardShell>
          </HeadsetSheetProvider>
        </HeadsetProvider>
      </ServerClockProvider>
    </LiveProvider>
  );
}
