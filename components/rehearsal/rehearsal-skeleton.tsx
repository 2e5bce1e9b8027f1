import { Skeleton } from "@/components/ui/skeleton";

/** Scenarios and the last rehearsals, while they are asked for. */
export function RehearsalSkeleton() {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">Loading the scenarios and your rehearsals</span>
      <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {["a", "b", "c", "d"].map((key) => (
          <Skeleton key={key} className="h-32 rounded-lg" />
        ))}
      </div>
      <Skeleton className="h-48 rounded-lg" />
    </div>
  );
}
