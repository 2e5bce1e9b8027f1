import type * as React from "react";
import { cn } from "@/components/ui/cn";

/** Padding and the widest useful line of a dashboard page. */
export function PageBody({ className, ...props }: React.ComponentProps<"div">) {
  return <div className={cn("mx-auto flex w-full max-w-screen-2xl flex-col gap-4 p-4 lg:p-6", className)} {...props} />;
}
