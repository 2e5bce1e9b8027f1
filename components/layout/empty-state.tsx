import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** An empty list that teaches: what belongs here, and what to do so that it comes. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
  className,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn("grid place-items-center gap-3 px-6 py-14 text-center", className)}>
      <span className="grid size-10 place-items-center rounded-lg border bg-muted text-muted-foreground">
        <Icon className="size-5" aria-hidden />
      </span>
      <div className="grid max-w-md gap-1">
        <p className="font-medium text-sm">{title}</p>
        {children && <div className="text-13 text-muted-foreground text-pretty">{children}</div>}
      </div>
      {action}
    </div>
  );
}
