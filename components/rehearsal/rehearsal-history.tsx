import Link from "next/link";
import { LocalTime } from "@/components/history/local-time";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { RehearsalRow } from "@/lib/rehearsal/data";

/** The last rehearsals: one's own, and for who reviews a team also theirs. */
export function RehearsalHistory({ rows }: { rows: RehearsalRow[] }) {
  if (rows.length === 0)
    return (
      <p className="text-13 text-muted-foreground">
        No rehearsal yet. Start one above: the call comes up on your live board like any other, and when it is over you
        see each moment, how fast you were, and what was needless.
      </p>
    );
  const isShared = rows.some((row) => !row.isOwn);
  return (
    <section aria-labelledby="rehearsals" className="grid gap-2">
      <h2 id="rehearsals" className="font-medium text-13">
        Last rehearsals
      </h2>
      <div className="overflow-x-auto rounded-lg border bg-card">
        <Table>
          <TableHeader className="bg-muted">
            <TableRow className="hover:bg-transparent">
              <TableHead scope="col">Scenario</TableHead>
              {isShared && <TableHead scope="col">Who</TableHead>}
              <TableHead scope="col">Time</TableHead>
              <TableHead scope="col" className="text-right">
                Score
              </TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {rows.map((row) => (
              <TableRow key={row.rehearsalId}>
                <TableCell>
                  <Link href={`/rehearsal/${row.rehearsalId}`} className="font-medium hover:underline">
                    {row.title}
                  </Link>
                </TableCell>
                {isShared && (
                  <TableCell className="text-muted-foreground">{row.isOwn ? "you" : row.userName}</TableCell>
                )}
                <TableCell>
                  <LocalTime at={row.startedAt} className="text-xs" />
                </TableCell>
                <TableCell className="text-right tabular-nums">
                  {row.endedAt === null ? "going on" : (row.score ?? "not scored")}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </section>
  );
}
