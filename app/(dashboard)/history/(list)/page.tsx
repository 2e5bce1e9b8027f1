import type { Metadata } from "next";
import { HistoryList } from "@/components/history/history-list";
import { loadHistory } from "@/lib/history/loaders";

export const metadata: Metadata = { title: "History" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function HistoryPage({ searchParams }: { searchParams: SearchParams }) {
  return <HistoryList {...(await loadHistory(await searchParams))} />;
}
