import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LiveCall } from "@/components/calls/live-call";
import { requireViewer } from "@/lib/auth/loaders";
import { callIdSchema } from "@/lib/contract/ids";

export const metadata: Metadata = { title: "Live call" };

/** Only the frame: the call itself comes by socket, where the server checks that it is one of this viewer's teams. */
export default async function LiveCallPage({ params }: { params: Promise<{ callId: string }> }) {
  const viewer = await requireViewer();
  const callId = callIdSchema.safeParse((await params).callId);
  if (!callId.success) notFound();
  return <LiveCall key={callId.data} callId={callId.data} userId={viewer.userId} />;
}
