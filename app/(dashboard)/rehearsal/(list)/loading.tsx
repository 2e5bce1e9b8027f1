import { PageBody } from "@/components/layout/page-body";
import { PageHeader } from "@/components/layout/page-header";
import { RehearsalSkeleton } from "@/components/rehearsal/rehearsal-skeleton";

export default function RehearsalLoading() {
  return (
    <PageBody>
      <PageHeader title="Rehearsal" description="Supervise a simulated call, and see what you caught" />
      <RehearsalSkeleton />
    </PageBody>
  );
}
