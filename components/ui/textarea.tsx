import type * as React from "react";
import { cn } from "@/components/ui/cn";

export function Textarea({ className, ...props }: React.ComponentProps<"textarea">) {
  return (
    <textarea
      data-slot="textarea"
      className={cn(
        "field-sizing-content min-h-16 w-full rounded-md border border-control/70 bg-card px-2.5 py-1.5 text-13 placeholder:text-muted-foreground disabled:cursor-not-allowed disabled:opacity-50 aria-invalid:border-danger pointer-coarse:text-base",
        className,
      )}
      {...props}
    />
  );
}
