import { cn } from "@/components/ui/cn";
import type { CallInfo } from "@/lib/contract/call";
import { shortNumber } from "./format";

/** The caller: name where the telephone system gave one, and the number, shortened; whole in the title. */
export function CallerNumber({
  info,
  className,
}: {
  info: Pick<CallInfo, "callerName" | "callerNumber">;
  className?: string;
}) {
  return (
    <span title={info.callerNumber} className={cn("truncate tabular-nums", className)}>
      {info.callerName && <span className="mr-1.5">{info.callerName}</span>}
      <span className={info.callerName ? "text-muted-foreground" : undefined}>{shortNumber(info.callerNumber)}</span>
    </span>
  );
}
