"use client";

import type { ReactNode } from "react";
import { toast } from "sonner";
import { HeadsetSheetProvider } from "@/components/headset/headset-sheet-context";
import { DashboardShell, type ShellUser } from "@/components/layout/dashboard-shell";
import { ServerClockProvider } from "@/components/realtime/server-clock";
import { SIGN_IN_PATH } from "@/lib/auth/constants";
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

async function signOut(): Promise<void> {
  const response = await fetch("/api/auth/sign-out", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  }).catch(() => null);
  // A full load, so that nothing of the session stays in the page.
  if (response?.ok) window.location.assign(SIGN_IN_PATH);
  else toast.error("You could not be signed out. Check the connection and try again.");
}
