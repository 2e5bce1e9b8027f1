import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/cn";

/** One part of the review: a named region with its heading, and how many things are in it. */
export function ReviewSection({
  title,
  amount,
  className,
  children,
}: {
  title: string;
  amount?: number;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={cn("rounded-lg border bg-card", className)}>
      <header className="flex items-baseline gap-2 px-4 pt-3 pb-2">
        <h2 id={id} className="font-medium text-13">
          {title}
        </h2>
        {amount !== undefined && amount > 0 && (
          <span className="text-muted-foreground text-xs tabular-nums">{amount}</span>
        )}
      </header>
      <div className="px-4 pb-4">{children}</div>
    </section>
  );
}
