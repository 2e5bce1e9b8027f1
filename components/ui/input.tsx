import type * as React from "react";
import { cn } from "@/components/ui/cn";

export function Input({ className, type, ...props }: React.ComponentProps<"input">) {
  return (
    <input
      type={type}
      data-slot="input"
      className={cn(
        "h-8 w-full min-w-0 rounded-md border border-control/70 bg-card px-2.5 text-13 placeholder:text-muted-foreground disabled:cursor-not-allowed disabled:opacity-50 aria-invalid:border-danger pointer-coarse:h-10 pointer-coarse:text-base",
        className,
      )}
      {...props}
    />
  );
}
