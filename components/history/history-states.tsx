import { History } from "lucide-react";
import Link from "next/link";
import { NoCallMatches } from "@/components/calls/no-call-matches";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";

export function NoCallsYet() {
  return (
    <EmptyState
      icon={History}
      title="No calls yet"
      className="rounded-lg border border-dashed"
      action={
        <Button asChild>
          <Link href="/live">Go to live calls</Link>
        </Button>
      }
    >
      Every call of your teams is kept here from the moment it comes in: its recording, what was said, how the customer
      felt, and what became of each whisper, also of those that were never spoken.
    </EmptyState>
  );
}

export function NoStoredMatch({ onClear }: { onClear: () => void }) {
  return (
    <NoCallMatches onClear={onClear}>
      Words are found in any form, all of them must occur. Put “quotes” around a phrase, write <b>or</b> between
      alternatives, and a minus before a word that must not occur.
    </NoCallMatches>
  );
}

export function HistorySkeleton() {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">Loading the history</span>
      <Skeleton className="h-10 rounded-md" />
      <Skeleton className="h-8 w-1/2 max-sm:w-full" />
      <div className="grid gap-px overflow-hidden rounded-lg border bg-border">
        {["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => (
          <div key={key} className="flex h-13 items-center gap-6 bg-card px-4">
            <Skeleton className="h-4 w-32" />
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-4 w-14 max-sm:hidden" />
            <Skeleton className="ml-auto h-4 w-1/4 max-sm:hidden" />
          </div>
        ))}
      </div>
    </div>
  );
}
