import type { Metadata } from "next";
import { RehearsalList } from "@/components/rehearsal/rehearsal-list";
import { loadRehearsals } from "@/lib/rehearsal/loaders";

export const metadata: Metadata = { title: "Rehearsal" };

export default async function RehearsalPage() {
  return <RehearsalList {...(await loadRehearsals())} />;
}
