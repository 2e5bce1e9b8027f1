import { PhoneOff, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";

export function CallSkeleton() {
  return (
    <div role="status" className="grid h-full grid-rows-[auto_1fr] gap-3 p-4 lg:px-6">
      <span className="sr-only">Loading the call</span>
      <div className="flex items-center justify-between gap-4">
        <Skeleton className="h-9 w-64" />
        <Skeleton className="h-8 w-72 max-sm:hidden" />
      </div>
      <div className="grid gap-3 lg:grid-cols-[5fr_6fr]">
        <Skeleton className="min-h-80 rounded-lg" />
        <div className="grid content-start gap-3">
          <Skeleton className="h-64 rounded-lg" />
          <Skeleton className="h-36 rounded-lg" />
        </div>
      </div>
    </div>
  );
}

/** No such live call: over, of another team, or (with `message`) it could not be had. */
export function CallNotFound({ callId, message }: { callId: string; message: string | null }) {
  return (
    <EmptyState
      icon={message ? TriangleAlert : PhoneOff}
      title={message ? "This call could not be loaded" : "This call is not live"}
      action={
        <div className="flex gap-2">
          <Button asChild>
            <Link href="/live">Live calls</Link>
          </Button>
          <Button asChild variant="outline">
            <Link href={`/history/${callId}`}>Look in the history</Link>
          </Button>
        </div>
      }
    >
      {message ?? "It has ended, or it belongs to a team that is not yours."}
    </EmptyState>
  );
}
