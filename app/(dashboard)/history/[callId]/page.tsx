import type { Metadata } from "next";
import { CallReview } from "@/components/history/call-review";
import { loadStoredCall } from "@/lib/history/loaders";

export const metadata: Metadata = { title: "Review" };

/** No loading state of its own: with one the answer would have begun before it is known whether there is such a call. */
export default async function ReviewPage({ params }: { params: Promise<{ callId: string }> }) {
  const { call } = await loadStoredCall((await params).callId);
  return <CallReview key={call.view.info.callId} call={call} />;
}
