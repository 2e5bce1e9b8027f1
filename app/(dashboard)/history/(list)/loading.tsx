import { HistorySkeleton } from "@/components/history/history-states";
import { PageBody } from "@/components/layout/page-body";
import { PageHeader } from "@/components/layout/page-header";

export default function HistoryLoading() {
  return (
    <PageBody>
      <PageHeader title="History" />
      <HistorySkeleton />
    </PageBody>
  );
}
