"use client";

import { ToggleGroup as ToggleGroupPrimitive } from "radix-ui";
import type * as React from "react";
import { cn } from "@/components/ui/cn";

export function ToggleGroup({ className, ...props }: React.ComponentProps<typeof ToggleGroupPrimitive.Root>) {
  return (
    <ToggleGroupPrimitive.Root
      data-slot="toggle-group"
      className={cn("inline-flex items-center rounded-md border border-input bg-card p-0.5", className)}
      {...props}
    />
  );
}

export function ToggleGroupItem({ className, ...props }: React.ComponentProps<typeof ToggleGroupPrimitive.Item>) {
  return (
    <ToggleGroupPrimitive.Item
      data-slot="toggle-group-item"
      className={cn(
        "inline-flex h-6.5 min-w-7 items-center justify-center gap-1.5 rounded-sm px-2 font-medium text-muted-foreground text-xs hover:text-foreground data-[state=on]:bg-accent data-[state=on]:text-foreground pointer-coarse:h-9 pointer-coarse:min-w-9 [&_svg]:size-4",
        className,
      )}
      {...props}
    />
  );
}
