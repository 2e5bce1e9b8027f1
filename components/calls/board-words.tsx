import { TriangleAlert } from "lucide-react";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";
import type { CommandError } from "@/lib/contract/command-result";
import type { BoardFigures } from "./board-figures";
import { count, formatDuration } from "./format";

/** @returns "12 calls · 3 need attention · longest 18:42". */
export function boardSummary({ live, needAttention, longestMs }: BoardFigures, held: boolean): string {
  const parts = [count(live, "call")];
  if (live > 0) parts.push(needAttention === 1 ? "1 needs attention" : `${needAttention} need attention`);
  if (longestMs !== null) parts.push(`longest ${formatDuration(longestMs)}`);
  if (held) parts.push("order held while you are in the list");
  return parts.join(" · ");
}

export function BoardError({ error }: { error: CommandError | null }) {
  return (
    <EmptyState
      icon={TriangleAlert}
      title="The live board could not be loaded"
      className="rounded-lg border border-dashed"
      action={<Button onClick={() => window.location.reload()}>Load again</Button>}
    >
      {error?.message ?? "The server did not say why. The calls themselves go on."}
    </EmptyState>
  );
}
