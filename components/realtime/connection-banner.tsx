"use client";

import { CloudOff, LogIn } from "lucide-react";
import { Button } from "@/components/ui/button";
import { SIGN_IN_PATH } from "@/lib/auth/constants";
import { useConnection } from "@/lib/realtime/client";

/** Across the top while nothing new arrives: never a silent freeze. */
export function ConnectionBanner() {
  const { state, dataAt } = useConnection();
  if (state === "signed-out") {
    return (
      <div
        role="alert"
        className="flex items-center gap-3 border-danger/30 border-b bg-danger/10 px-4 py-2 text-13 lg:px-6"
      >
        <LogIn className="size-4 shrink-0 text-danger" aria-hidden />
        <p className="flex-1">You are signed out, so nothing new is shown. Sign in again to go on.</p>
        <Button asChild size="sm" variant="outline">
          <a href={SIGN_IN_PATH}>Sign in</a>
        </Button>
      </div>
    );
  }
  if (state !== "offline" && state !== "stale") return null;
  return (
    <div
      role="status"
      className="flex items-center gap-3 border-barge/30 border-b bg-barge/10 px-4 py-2 text-13 lg:px-6"
    >
      <CloudOff className="size-4 shrink-0 text-barge" aria-hidden />
      <p>
        {state === "offline" ? "Connection lost; reconnecting." : "Nothing new has come for a while."} Calls go on.
        {dataAt !== null && ` What you see is from ${new Date(dataAt).toLocaleTimeString("en-GB")}.`}
      </p>
    </div>
  );
}
