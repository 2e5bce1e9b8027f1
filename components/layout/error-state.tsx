"use client";

import { TriangleAlert } from "lucide-react";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";

/** A page that failed: what happened in plain words and one thing to do. `digest` finds it in the server's log. */
export function ErrorState({ digest, onRetry }: { digest?: string | undefined; onRetry: () => void }) {
  return (
    <EmptyState
      icon={TriangleAlert}
      title="This page could not be shown"
      action={<Button onClick={onRetry}>Try again</Button>}
    >
      <p>Your calls go on; nothing was sent to them. Try again, or load the page again if it stays.</p>
      {digest && <p className="mt-1 font-mono text-2xs">Error {digest}</p>}
    </EmptyState>
  );
}
