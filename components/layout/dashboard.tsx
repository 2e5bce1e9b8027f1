"use client";

import type { ReactNode } from "react";
import { toast } from "sonner";
import { DashboardShell, type ShellUser } from "@/components/layout/dashboard-shell";
import { ServerClockProvider } from "@/components/realtime/server-clock";
import { SIGN_IN_PATH } from "@/lib/auth/constants";
import { LiveProvider } from "@/lib/realtime/client";

/** Everything around a signed-in page: the socket, the server's clock, the frame. */
export function Dashboard({ user, children }: { user: ShellUser; children: ReactNode }) {
  return (
    <LiveProvider>
      <ServerClockProvider>
        <DashboardShell user={user} onSignOut={() => void signOut()}>
          {children}
        </DashboardShell>
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
