import type * as React from "react";
import { cn } from "@/components/ui/cn";

/** A key as printed on the keyboard; decoration beside a named control, so hidden from screen readers by default. */
export function Kbd({ className, ...props }: React.ComponentProps<"kbd">) {
  return (
    <kbd
      data-slot="kbd"
      aria-hidden
      className={cn(
        "inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-current/25 px-1 font-mono font-medium text-2xs leading-none pointer-coarse:hidden",
        className,
      )}
      {...props}
    />
  );
}
