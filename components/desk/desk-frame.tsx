"use client";

import type { ReactNode } from "react";
import { signOut } from "@/components/auth/sign-out";
import { UserMenu } from "@/components/layout/user-menu";
import { Wordmark } from "@/components/layout/wordmark";
import { ConnectionBanner } from "@/components/realtime/connection-banner";
import { ServerClockProvider } from "@/components/realtime/server-clock";
import type { Viewer } from "@/lib/auth/types";
import { LiveProvider } from "@/lib/realtime/client";

/** Everything around an agent's page: the socket, the server's clock, who is signed in. No way into the dashboard. */
export function DeskFrame({
  user,
  extension,
  children,
}: {
  user: Pick<Viewer, "name" | "email" | "role">;
  extension: string | null;
  children: ReactNode;
}) {
  return (
    <LiveProvider>
      <ServerClockProvider>
        <div className="flex min-h-dvh flex-col">
          <header className="flex items-center gap-3 border-b bg-card px-4 py-2 lg:px-6">
            <Wordmark />
            <h1 className="min-w-0 flex-1 truncate text-13 text-muted-foreground">
              Desk of {user.name}
              {extension !== null && <span className="tabular-nums">, extension {extension}</span>}
            </h1>
            <UserMenu user={user} onSignOut={() => void signOut()} />
          </header>
          <ConnectionBanner />
          <main id="main" className="mx-auto grid w-full max-w-screen-xl flex-1 content-start gap-4 p-4 lg:p-6">
            {children}
          </main>
        </div>
      </ServerClockProvider>
    </LiveProvider>
  );
}
