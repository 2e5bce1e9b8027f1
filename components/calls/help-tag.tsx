import { LifeBuoy } from "lucide-react";
import { useServerNow } from "@/components/realtime/server-clock";
import { cn } from "@/components/ui/cn";
import { formatAge } from "./format";

/** The agent asks for help, and since when. */
export function HelpTag({ askedAt, className }: { askedAt: number | null; className?: string }) {
  if (askedAt === null) return null;
  return (
    <span
      className={cn("inline-flex items-center gap-1 whitespace-nowrap font-medium text-2xs text-danger", className)}
    >
      <LifeBuoy className="size-3 shrink-0" aria-hidden /> Help asked <Age since={askedAt} />
    </span>
  );
}

function Age({ since }: { since: number }) {
  return <span className="font-normal tabular-nums">{formatAge(useServerNow(1000) - since)}</span>;
}
