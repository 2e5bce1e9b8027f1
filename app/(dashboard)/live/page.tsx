import type { Metadata } from "next";
import { Suspense } from "react";
import { BoardSkeleton } from "@/components/calls/board-empty";
import { LiveBoard } from "@/components/calls/live-board";
import { requireViewer } from "@/lib/auth/loaders";

export const metadata: Metadata = { title: "Live" };

export default async function LivePage() {
  const viewer = await requireViewer();
  return (
    <Suspense fallback={<BoardSkeleton />}>
      <LiveBoard userId={viewer.userId} hasTeams={viewer.role === "admin" || viewer.teamIds.length > 0} />
    </Suspense>
  );
}
