"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useTransition } from "react";
import { moveFocus } from "@/components/calls/board-focus";
import { count } from "@/components/calls/format";
import { PageBody } from "@/components/layout/page-body";
import { PageHeader } from "@/components/layout/page-header";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { HistoryFilter } from "@/lib/history/schema";
import type { HistoryChoices, HistoryPage } from "@/lib/history/types";
import { HistoryFilters } from "./history-filters";
import { rememberHistory } from "./history-return";
import { HistorySearch } from "./history-search";
import { NoCallsYet, NoStoredMatch } from "./history-states";
import { HistoryTable } from "./history-table";
import { changeFilter, countFilters, historyHref } from "./history-url";

/** Calls that were: search, filters, a page of them. What is shown stands in the address alone. */
export function HistoryList({
  filter,
  page,
  choices,
}: {
  filter: HistoryFilter;
  page: HistoryPage;
  choices: HistoryChoices;
}) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const href = historyHref(filter);
  useEffect(() => rememberHistory(href), [href]);
  useShortcuts({ j: () => moveFocus(1), k: () => moveFocus(-1) });
  const go = (next: HistoryFilter) => startTransition(() => router.push(historyHref(next)));
  const change = (changes: Partial<HistoryFilter>) => go(changeFilter(filter, changes));
  const filtered = countFilters(filter) > 0;
  return (
    <PageBody>
      <PageHeader title="History" description={<span role="status">{count(page.total, "call")}</span>} />
      <HistorySearch query={filter.q ?? ""} onSearch={(q) => change({ q: q || undefined })} />
      <HistoryFilters filter={filter} choices={choices} onChange={change} onClear={() => go({})} />
      <section
        aria-label="Results"
        aria-busy={pending}
        className={cn("grid gap-4 transition-opacity duration-150", pending && "opacity-60")}
      >
        {page.rows.length > 0 && <HistoryTable rows={page.rows} />}
        {page.rows.length === 0 && (filtered ? <NoStoredMatch onClear={() => go({})} /> : <NoCallsYet />)}
        <Paging filter={filter} next={page.next} />
      </section>
    </PageBody>
  );
}

function Paging({ filter, next }: { filter: HistoryFilter; next: string | null }) {
  if (!filter.after && !next) return null;
  return (
    <nav aria-label="Pages" className="flex justify-between gap-2">
      {filter.after ? (
        <Button asChild variant="outline">
          <Link href={historyHref(changeFilter(filter, {}))}>
            <ArrowUp aria-hidden /> Newest
          </Link>
        </Button>
      ) : (
        <span />
      )}
      {next && (
        <Button asChild variant="outline">
          <Link href={historyHref(changeFilter(filter, { after: next }))} prefetch={false}>
            Older <ArrowDown aria-hidden />
          </Link>
        </Button>
      )}
    </nav>
  );
}
