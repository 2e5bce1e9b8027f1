import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

const tones = {
  danger: "border-danger/30 bg-danger/10 [&>svg]:text-danger",
  barge: "border-barge/30 bg-barge/10 [&>svg]:text-barge",
  idle: "bg-muted [&>svg]:text-idle",
} as const;

/** A line across the page. Danger is an alert, which screen readers say at once; the rest waits its turn. */
export function Notice({
  tone,
  icon: Icon,
  action,
  children,
}: {
  tone: keyof typeof tones;
  icon: LucideIcon;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cn("flex items-center gap-3 max-sm:flex-wrap rounded-lg border px-3.5 py-2.5 text-13", tones[tone])}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      <p className="min-w-0 flex-1 basis-60">{children}</p>
      {action}
    </div>
  );
}
