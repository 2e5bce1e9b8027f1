import { FilterX } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";

/** In place of calls, where search and filters leave none; `children` say what was left out, or how to search. */
export function NoCallMatches({ onClear, children }: { onClear: () => void; children: ReactNode }) {
  return (
    <EmptyState
      icon={FilterX}
      title="No call matches"
      className="rounded-lg border border-dashed"
      action={
        <Button variant="outline" onClick={onClear}>
          Clear search and filters
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}
