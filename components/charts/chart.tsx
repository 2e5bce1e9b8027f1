"use client";

import type { ComponentProps, CSSProperties } from "react";
import { ResponsiveContainer } from "recharts";
import { cn } from "@/components/ui/cn";

/** Series name → its word and its colour (a CSS colour or variable); charts use `var(--color-NAME)`. */
export type ChartConfig = Record<string, { label: string; color: string }>;

/** Frame of every chart: colours as CSS variables, so that themes need no second drawing, and figures of one width. */
export function ChartContainer({
  config,
  className,
  children,
  ...props
}: ComponentProps<"div"> & { config: ChartConfig; children: ComponentProps<typeof ResponsiveContainer>["children"] }) {
  const colours = Object.fromEntries(Object.entries(config).map(([name, { color }]) => [`--color-${name}`, color]));
  return (
    <div
      data-slot="chart"
      className={cn("min-w-0 text-2xs tabular-nums [&_.recharts-surface]:outline-none", className)}
      style={colours as CSSProperties}
      {...props}
    >
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 160 }}>
        {children}
      </ResponsiveContainer>
    </div>
  );
}
