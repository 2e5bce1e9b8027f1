"use client";

import { PhoneIncoming, Users } from "lucide-react";
import { EmptyState } from "@/components/layout/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { DESK_PATH } from "@/lib/auth/constants";
import { BUILT_IN_SWITCH } from "@/lib/contract/gateway-status";
import { useConnection } from "@/lib/realtime/client";
import { NoCallMatches } from "./no-call-matches";

export function NoCalls() {
  const { gateways } = useConnection();
  const gatewaysUp = gateways.filter((gateway) => gateway.state === "up").length;
  const hasSoftphone = gateways.some(({ name, state }) => name === BUILT_IN_SWITCH && state === "up");
  return (
    <EmptyState icon={PhoneIncoming} title="No live calls" className="rounded-lg border border-dashed">
      {gatewaysUp > 0
        ? "A call appears here by itself the moment it comes in: who speaks, how it goes, and what could be whispered."
        : "No telephone system is up, so no call can arrive. Each is tried again by itself; the bar below says what is wrong."}
      {hasSoftphone && <OwnCall />}
    </EmptyState>
  );
}

/** An agent in a tab of this browser would take the supervisor's session: it has only one. */
function OwnCall() {
  return (
    <p className="mt-2">
      Or make one with two more tabs: sign in as an agent in a private window, open{" "}
      <span className="font-mono text-xs">{DESK_PATH}</span> there and go on duty; then{" "}
      <a href="/phone" target="_blank" rel="noreferrer" className="text-brand underline underline-offset-4">
        call in as a customer
      </a>
      .
    </p>
  );
}

export function NoTeams() {
  return (
    <EmptyState icon={Users} title="You have no team yet" className="rounded-lg border border-dashed">
      You see the calls of your teams only. Ask an admin to add you to one; this page then fills by itself.
    </EmptyState>
  );
}

export function NoLiveMatch({ calls, onClear }: { calls: number; onClear: () => void }) {
  return (
    <NoCallMatches onClear={onClear}>
      {calls === 1 ? "One live call is hidden" : `${calls} live calls are hidden`} by the search and filters above.
    </NoCallMatches>
  );
}

export function BoardSkeleton() {
  return (
    <div role="status" className="grid gap-px overflow-hidden rounded-lg border bg-border">
      <span className="sr-only">Loading live calls</span>
      {["a", "b", "c", "d", "e", "f"].map((key) => (
        <div key={key} className="flex h-16 items-center gap-6 bg-card px-4">
          <Skeleton className="h-4 w-20" />
          <Skeleton className="h-4 w-40" />
          <Skeleton className="h-4 w-14" />
          <Skeleton className="ml-auto h-4 w-1/4 max-sm:hidden" />
        </div>
      ))}
    </div>
  );
}
