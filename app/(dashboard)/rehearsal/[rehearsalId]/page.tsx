import type { Metadata } from "next";
import { RehearsalResult } from "@/components/rehearsal/rehearsal-result";
import { loadRehearsal } from "@/lib/rehearsal/loaders";

export const metadata: Metadata = { title: "Rehearsal" };

export default async function RehearsalResultPage({ params }: { params: Promise<{ rehearsalId: string }> }) {
  return <RehearsalResult {...(await loadRehearsal((await params).rehearsalId))} />;
}
